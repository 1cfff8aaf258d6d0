import { Injectable } from '@nestjs/common';
import { LogFolding } from '../log-folding.js';

/** The log of a PostgreSQL server is the server's own matter. */
@Injectable()
export class NoLog extends LogFolding {
  override fold(): Promise<void> {
    return Promise.resolve();
  }
}
