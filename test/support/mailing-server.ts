import { type Change, changedProgram } from './changed-program.js';
import { MailServer } from './mail-server.js';
import { BEHIND_PROXY } from './server.js';
import { type RestartableServer, type UsedServer, useServer } from './use-server.js';

/** A server that sends mails, and the mail server that takes them. */
export interface MailingServer extends UsedServer<RestartableServer> {
  readonly mails: MailServer;
  /** For another server that sends to the same one. */
  readonly settings: () => Record<string, string>;
  /** Whether no mail waits, for `until`. */
  readonly isDone: () => Promise<true | undefined>;
  /** Whether a mail waits after a failure, for `until`. */
  readonly isPostponed: () => Promise<true | undefined>;
}

/** It looks for mails so often that no test waits for it. */
export const EAGER_MAIL: Change = [/POLL_MS = 5e3/, 'POLL_MS = 200'];

let program: string | undefined;

/** The program, with {@link EAGER_MAIL}. */
export function eagerProgram(): string {
  return (program ??= changedProgram([EAGER_MAIL]));
}

/** The server of a test file that is about mails. The mail server takes all of them again before each test. */
export function useMailingServer({
  main = eagerProgram,
  publicUrl = 'https://login.example.com',
}: { readonly main?: () => string; readonly publicUrl?: string } = {}): MailingServer {
  const mails = new MailServer();
  beforeAll(() => mails.start());
  afterAll(() => mails.stop());
  beforeEach(() => {
    mails.behaviour = {};
  });
  const settings = () => ({
    ...BEHIND_PROXY,
    PUBLIC_URL: publicUrl,
    SMTP_URL: mails.url,
    MAIL_FROM: 'Example login <login@example.com>',
  });
  const used = useServer({
    get main() {
      return main();
    },
    get env() {
      return settings();
    },
  });
  const have = async (condition: string) =>
    (await used.database.query(`SELECT id FROM mail WHERE ${condition}`)).length > 0 || undefined;
  return {
    ...used,
    mails,
    settings,
    isDone: async () => ((await have('finished IS NULL')) ? undefined : true),
    isPostponed: () => have(`lease IS NULL AND attempts > 0 AND due > '2000'`),
  };
}
