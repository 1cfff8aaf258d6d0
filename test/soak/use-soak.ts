import { CHEAP_HASH, changedProgram } from '../support/changed-program.js';
import { MailServer } from '../support/mail-server.js';
import { EAGER_MAIL } from '../support/mailing-server.js';
import { BEHIND_PROXY } from '../support/server.js';
import type { RestartableServer } from '../support/use-server.js';
import type { CrashLoad } from './crash-load.js';

/** What the servers of a soak need. */
export interface Soak {
  readonly mails: MailServer;
  /** A program with a cheap hash, which looks for mails often. */
  readonly main: () => string;
  /** The settings of a server whose people get mails, and whose JWTs outlive the run. */
  readonly settings: () => Record<string, string>;
}

/** Starts a mail server before the tests of the file that calls this, and ends it after them. */
export function useSoak(): Soak {
  const mails = new MailServer();
  let program: string | undefined;
  beforeAll(() => mails.start());
  afterAll(() => mails.stop());
  return {
    mails,
    main: () => (program ??= changedProgram([CHEAP_HASH, EAGER_MAIL])),
    settings: () => ({
      ...BEHIND_PROXY,
      JWT_TTL: '12h',
      PUBLIC_URL: 'https://login.example.com',
      SMTP_URL: mails.url,
      MAIL_FROM: 'login@example.com',
    }),
  };
}

const STARTS = 5;

/** Starts a server as a supervisor would: again, if a busy machine let it wait for its database for too long. */
export async function startAgain(server: Pick<RestartableServer, 'start'>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await server.start();
      return;
    } catch (error) {
      if (attempt === STARTS || !/too slow|does not answer/.test(String(error))) throw error;
      process.stderr.write(`A start is repeated: ${String(error)}\n`);
    }
  }
}

/** Tells a person what a run has come to. */
export function tell(what: string, load: CrashLoad): void {
  const { kills, changes, statuses } = load.tally;
  const counts = `${changes} acknowledged changes, ${load.credentials} credentials asked for again`;
  process.stderr.write(`${what}: ${kills} kills, ${counts}, statuses ${[...statuses].sort().join(' ')}\n`);
}
