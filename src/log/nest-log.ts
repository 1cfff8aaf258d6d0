import type { LoggerService } from '@nestjs/common';
import { LogEntry } from '../telemetry/log-entry.js';
import type { Log } from './log.js';
import type { LogLevel } from './log-line.js';

/** Prints what parts of the server log with Nest's `Logger`, as {@link Log} forms it. */
export class NestLog implements LoggerService {
  constructor(private readonly lines: Log) {}

  log(message: unknown, context?: string): void {
    this.write('log', message, context);
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  error(message: unknown, stack?: string, context?: string): void {
    this.write('error', message, context, stack);
  }

  fatal(message: unknown, context?: string): void {
    this.write('fatal', message, context);
  }

  private write(level: LogLevel, message: unknown, context = '', stack?: string): void {
    this.lines.write({
      level,
      context,
      message: String(message),
      stack: stack ?? (message instanceof Error ? message.stack : undefined),
      fields: message instanceof LogEntry ? message.fields : undefined,
    });
  }
}
