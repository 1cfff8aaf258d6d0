import { Injectable } from '@nestjs/common';
import { StatementRunner } from '../statement-runner.js';
import { StorageMonitor } from '../storage-monitor.js';

/** Knows whether the connections lead to a server that takes writes. After a failover they can lead to a standby. */
@Injectable()
export class PostgresPrimary extends StorageMonitor {
  constructor(private readonly statements: StatementRunner) {
    super();
  }

  override async isInPlace(): Promise<boolean> {
    try {
      const [row] = await this.statements.query('SELECT pg_is_in_recovery() AS "isStandby"', []);
      return row?.isStandby === false;
    } catch {
      return false;
    }
  }
}
