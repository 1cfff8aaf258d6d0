import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Settings } from '../config/settings.js';
import { DAY_MS, HOUR_MS } from '../config/time.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { SessionService } from '../session/session.service.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';

/** How long an ended session is retained: the login throttle uses it to recognise networks the user has logged in from. */
const SESSION_MEMORY_DAYS = 90;

/** Deletes expired rows, once an hour. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly audit: AuditService,
    private readonly sessions: SessionService,
    private readonly throttle: LoginThrottleService,
    private readonly revocations: RevocationRepository,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    const run = (): void => {
      this.run().catch((error: unknown) => {
        // An error during shutdown needs no log entry: the next process runs this at its start.
        if (!this.isStopping) this.logger.warn(`Postponed to the next hour: ${(error as Error).name}`);
      });
    };
    this.timer = setInterval(run, HOUR_MS).unref();
    // Also at the start, for processes that never run for an hour.
    setImmediate(run);
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
    clearInterval(this.timer);
  }

  private async run(): Promise<void> {
    const { auditRetentionDays } = this.settings;
    if (auditRetentionDays > 0) await this.audit.prune(new Date(Date.now() - auditRetentionDays * DAY_MS));
    await this.sessions.prune(new Date(Date.now() - SESSION_MEMORY_DAYS * DAY_MS));
    await this.throttle.prune();
    await this.revocations.deleteBefore(new Date(Date.now() - DAY_MS));
  }
}
