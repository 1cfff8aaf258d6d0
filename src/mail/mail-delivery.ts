import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MailSettings, mailSettingsOf } from '../config/mail-settings.js';
import { Settings } from '../config/settings.js';
import { DAY_MS, MINUTE_MS } from '../config/time.js';
import { Sealer } from '../crypto/sealer.js';
import { UnsealError } from '../crypto/sealing-errors.js';
import { Background } from '../database/background.js';
import { DatabaseClock } from '../database/database-clock.js';
import { describeWithoutValues } from '../database/database-errors.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { durationOnly, timed } from '../telemetry/timed.js';
import { mailEnd } from './mail-signal.js';
import { composeMail } from './compose-mail.js';
import type { MailContent } from './mail-content.js';
import { MailQueue } from './mail-queue.js';
import { type LeasedMail, MailRepository } from './mail.repository.js';
import { type SendOptions, sendMail, SmtpFailure } from './smtp.js';

/** How often a process looks for mails that are due: those of other processes, and those that failed before. */
const POLL_MS = 5000;
/** How long a mail is a process's own without a sign of life from it. */
const LEASE_MS = MINUTE_MS;
const SIGN_OF_LIFE_MS = LEASE_MS / 3;
/** The first pause after a failure, which doubles with each, and the longest. */
const PAUSES = {
  passing: { firstMs: MINUTE_MS, longestMs: 10 * MINUTE_MS },
  /** The server will say the same again, unless somebody changes its configuration. */
  permanent: { firstMs: 10 * MINUTE_MS, longestMs: DAY_MS },
};
/** How often the outcome of a mail that the server took is written, until it is. */
const MARK_TRIES = 10;
const MARK_PAUSE_MS = 1000;

/** A mail that will not be sent. */
export interface GivenUpMail extends Pick<MailContent, 'kind' | 'userId'> {
  readonly reason: string;
}

class LeaseLost extends Error {}

/**
 * Sends the queued mails, one at a time. A mail is leased to one process, which proves once more that it is when the server asks for
 * the content. Between that moment and the note that the server has taken it, a process that ends leaves a mail that is sent again,
 * with the same Message-ID: nobody can know whether the server has taken it.
 */
@Injectable()
export class MailDelivery {
  /** How many mails this process has handed to the server, and given up. */
  readonly counts = { sent: 0, givenUp: 0 };
  private readonly logger = new Logger('Mail');
  private readonly task: PeriodicTask;
  private readonly settings: MailSettings | undefined;
  private complaint = '';
  private onGivenUp: (mail: GivenUpMail) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly mails: MailRepository,
    private readonly queue: MailQueue,
    private readonly sealer: Sealer,
    private readonly clock: DatabaseClock,
    settings: Settings,
    background: Background,
  ) {
    this.settings = mailSettingsOf(settings);
    this.task = background.add({
      name: 'Mail',
      failure: 'Mails could not be looked for',
      run: (stopping) => this.sendDue(stopping),
    });
  }

  /** Call it when the server listens. @param onGivenUp is told of each mail that will not be sent */
  start(onGivenUp: (mail: GivenUpMail) => Promise<void>): void {
    if (this.settings === undefined) return;
    this.onGivenUp = onGivenUp;
    this.task.start(POLL_MS);
    this.queue.onQueued(() => void this.task.run());
    void this.task.run();
  }

  /** What is not begun when the server stops stays in the queue: a mail that is half sent then may be sent twice. */
  private async sendDue(stopping: AbortSignal): Promise<void> {
    const { settings } = this;
    if (settings === undefined) return;
    try {
      while (!stopping.aborted && (await this.mails.isAnyDue(await this.now()))) {
        const mail = await this.claim();
        if (mail === undefined || !(await this.deliver(mail, settings, stopping))) return;
      }
    } catch (error) {
      this.complain(`Mails wait: ${describeWithoutValues(error)}`);
    }
  }

  /** @returns whether to go on with the next mail. */
  private async deliver(mail: LeasedMail, settings: MailSettings, stopping: AbortSignal): Promise<boolean> {
    let content: MailContent;
    try {
      content = JSON.parse(this.sealer.open(mail.sealed, mail.id)) as MailContent;
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      await this.postpone(mail, { kind: 'nothing', userId: null }, new SmtpFailure('it does not open', true, false));
      return true;
    }
    const { kind } = content;
    if (kind === 'nothing') {
      await this.mails.finish(mail, await this.now());
      return true;
    }
    if (mail.expires <= (await this.now())) {
      await this.giveUp(mail, content, 'it was not sent in time');
      return true;
    }
    const signs = setInterval(() => void this.extend(mail).catch(() => undefined), SIGN_OF_LIFE_MS).unref();
    try {
      await this.send(mail, { ...content, kind }, settings, stopping);
      this.complaint = '';
      return true;
    } catch (error) {
      if (error instanceof LeaseLost) return true;
      if (!(error instanceof SmtpFailure)) throw error;
      if (stopping.aborted) await this.mails.release(mail, await this.now());
      else await this.postpone(mail, content, error);
      return !error.isOfServer;
    } finally {
      clearInterval(signs);
    }
  }

  private async send(
    mail: LeasedMail,
    content: Parameters<typeof composeMail>[0]['content'],
    settings: MailSettings,
    signal: AbortSignal,
  ): Promise<void> {
    const { id, created } = mail;
    const wire = await composeMail({ id, created, content }, settings);
    const beforeContent: SendOptions['beforeContent'] = async () => {
      // A process that was suspended meanwhile is not its owner any more.
      if (signal.aborted || !(await this.extend(mail))) throw new LeaseLost();
    };
    const { smtp } = settings;
    await timed(mailEnd, durationOnly, () => sendMail(smtp, wire, { beforeContent, signal }));
    this.counts.sent += 1;
    await this.markSent(mail);
  }

  /** The server has taken the mail. While the database does not answer, the lease must not end. */
  private async markSent(mail: LeasedMail): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.mails.finish(mail, await this.now());
        return;
      } catch (error) {
        if (tries === MARK_TRIES) throw error;
        await sleep(MARK_PAUSE_MS);
      }
    }
  }

  private async postpone(
    mail: LeasedMail,
    content: Pick<MailContent, 'kind' | 'userId'>,
    { reason, isPermanent }: SmtpFailure,
  ): Promise<void> {
    const { firstMs, longestMs } = isPermanent ? PAUSES.permanent : PAUSES.passing;
    const pauseMs = Math.min(firstMs * 2 ** (mail.attempts - 1), longestMs);
    const due = new Date((await this.now()).getTime() + pauseMs);
    if (due >= mail.expires) {
      await this.giveUp(mail, content, reason);
      return;
    }
    await this.mails.release(mail, due);
    this.complain(`Mails wait, because ${reason}`);
  }

  private async giveUp(
    mail: LeasedMail,
    { kind, userId }: Pick<MailContent, 'kind' | 'userId'>,
    reason: string,
  ): Promise<void> {
    if (!(await this.mails.finish(mail, await this.now()))) return;
    this.counts.givenUp += 1;
    this.logger.warn(`A mail (${kind}) was given up, because ${reason}`);
    await this.onGivenUp({ kind, userId, reason });
  }

  private async claim(): Promise<LeasedMail | undefined> {
    const now = await this.now();
    return this.mails.claim(randomUUID(), now, new Date(now.getTime() + LEASE_MS));
  }

  private async extend(mail: LeasedMail): Promise<boolean> {
    return this.mails.extend(mail, new Date((await this.now()).getTime() + LEASE_MS));
  }

  private async now(): Promise<Date> {
    return new Date(await this.clock.now());
  }

  /** Logs a state once, and not with each mail that meets it. */
  private complain(line: string): void {
    if (this.complaint === line) return;
    this.complaint = line;
    this.logger.warn(line);
  }
}
