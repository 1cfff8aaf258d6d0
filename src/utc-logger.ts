import { ConsoleLogger } from '@nestjs/common';

/** Prints the server's log lines. Their time is in UTC and names its zone, because lines of several machines are compared. */
export class UtcLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['fatal', 'error', 'warn', 'log'], colors: false });
  }

  protected override getTimestamp(): string {
    return new Date().toISOString();
  }
}
