import { ConsoleLogger } from '@nestjs/common';
import { type LogLevel, logLine } from './log-line.js';

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log'];

/** Prints what parts of the server log, as {@link logLine} forms it. */
export class UtcLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: LEVELS, colors: false });
  }

  protected override formatContext(context: string): string {
    return context;
  }

  /** Of the levels of Nest, only {@link LEVELS} are printed. */
  protected override formatMessage(
    level: LogLevel,
    message: unknown,
    _pid: string,
    _level: string,
    context: string,
  ): string {
    return logLine(level, context, this.stringifyMessage(message, level));
  }
}
