import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database-clock.js';

/** SQLite has no clock but that of the machine, which all processes on the file share. */
@Injectable()
export class SqliteClock extends DatabaseClock {
  now(): Promise<number> {
    return Promise.resolve(Date.now());
  }
}
