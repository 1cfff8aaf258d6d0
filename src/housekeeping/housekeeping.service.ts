import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { UseCounts } from '../auth/use-counts.js';
import { Settings } from '../config/settings.js';
import { DAY_MS, HOUR_MS } from '../config/time.js';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { PruningClock } from '../database/pruning-clock.js';
import { Challenges } from '../factor/challenges.js';
import { RateLimitWindowRepository } from '../rate-limit/rate-limit-window.repository.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { Issuers } from '../session/issuers.js';
import { SessionService } from '../session/session.service.js';
import { MailLinks } from '../login/mail-links.js';
import { MailRepository } from '../mail/mail.repository.js';
import { LoginThrottleService } from '../login/login-throttle.service.js';

/** How long an ended session is retained: the login throttle uses it to recognise networks the user has logged in from. */
const SESSION_MEMORY_DAYS = 90;
/** How long a mail is remembered: for longer than the week before an end of which it tells, so that it is told once. */
const MAIL_MEMORY_DAYS = 8;

/** How long the uses of credentials are counted back: for the figures of a month. */
const USE_COUNT_DAYS = 31;

/** Deletes expired rows, at the start and once an hour, and records then what must not expire. */
@Injectable()
export class Housekeeping {
  private readonly logger = new Logger('Housekeeping');
  private readonly task: PeriodicTask;
  private isFirstRun = true;
  private isAhead = false;

  constructor(
    private readonly audit: AuditService,
    private readonly sessions: SessionService,
    private readonly issuers: Issuers,
    private readonly throttle: LoginThrottleService,
    private readonly challenges: Challenges,
    private readonly rateLimits: RateLimitWindowRepository,
    private readonly revocations: RevocationRepository,
    private readonly useCounts: UseCounts,
    private readonly mails: MailRepository,
    private readonly links: MailLinks,
    private readonly settings: Settings,
    private readonly clock: PruningClock,
    background: Background,
  ) {
    this.task = background.add({
      name: 'Housekeeping',
      failure: 'Expired rows could not be deleted',
      run: (stopping) => (stopping.aborted ? this.clock.advance('stop') : this.prune(stopping)),
    });
  }

  /** Call it when the server listens, because nothing is logged before. It runs at once, for processes that never run an hour. */
  start(): void {
    this.task.start(HOUR_MS);
    void this.task.run();
  }

  private async prune(stopping: AbortSignal): Promise<void> {
    const { auditRetentionDays } = this.settings;
    const now = await this.clock.now();
    const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const events = auditRetentionDays > 0 ? await this.audit.prune(daysAgo(auditRetentionDays), stopping) : 0;
    const sessions = await this.sessions.prune(daysAgo(SESSION_MEMORY_DAYS), stopping);
    await this.issuers.record();
    await this.issuers.prune(daysAgo(1));
    await this.revocations.deleteBefore(daysAgo(1));
    await this.throttle.prune(now);
    await this.challenges.prune(daysAgo(1), stopping);
    await this.rateLimits.prune(now);
    await this.useCounts.prune(daysAgo(USE_COUNT_DAYS), stopping);
    await this.mails.deleteFinished(daysAgo(MAIL_MEMORY_DAYS), stopping);
    await this.links.prune(daysAgo(1), stopping);
    if (events > 0 || sessions > 0) {
      this.logger.log(`Deleted rows that are past their retention: audit events ${events}, sessions ${sessions}`);
    }
    if (stopping.aborted) return;
    await this.clock.advance(this.isFirstRun ? 'start' : 'hour');
    this.isFirstRun = false;
    const isAhead = (await this.clock.behindMs()) > HOUR_MS;
    if (isAhead && !this.isAhead) this.warn(now);
    this.isAhead = isAhead;
  }

  private warn(now: Date): void {
    this.logger.warn(
      `The clock is days ahead of the time at which a server last ran on this database. Rows are deleted by their age as of ` +
        `${now.toISOString()}, and as of a day later with each hour. After an absence of days this is as it should be`,
    );
  }
}
