import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Settings } from '../config/settings.js';
import { DAY_MS, HOUR_MS } from '../config/time.js';
import { SessionService } from '../session/session.service.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';

/** How long a session is remembered when it is over: it tells where its user has logged in before. */
const SESSION_MEMORY_DAYS = 90;

/** Removes, once an hour, what has outlived its purpose. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly audit: AuditService,
    private readonly sessions: SessionService,
    private readonly throttle: LoginThrottleService,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    const run = (): void => {
      this.run().catch((error: unknown) => {
        // Cut short by the end of the server: the next one does it at its start.
        if (!this.isStopping) this.logger.warn(`Put off until the next hour: ${(error as Error).name}`);
      });
    };
    this.timer = setInterval(run, HOUR_MS).unref();
    // Also at the start: a server may never run for an hour.
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
  }
}
