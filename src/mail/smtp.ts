import { Readable } from 'node:stream';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpAddress } from '../config/mail-settings.js';

/** How long everything before the content of a mail may take. */
const ENVELOPE_LIMIT_MS = 60_000;
const CONNECT_LIMIT_MS = 15_000;
/**
 * How long the answer to the content may take (RFC 5321, section 4.5.3.2.6). A client that waits for less sends a second copy to
 * every server that is slow.
 */
const ANSWER_LIMIT_MS = 600_000;

/** A mail as it goes over the wire. */
export interface WireMail {
  readonly from: string;
  readonly to: string;
  /** The headers and the body (RFC 5322). */
  readonly content: Buffer;
}

export interface SendOptions {
  /** Is asked when the server waits for the content: what it throws ends the connection, and the server has taken nothing. */
  readonly beforeContent: () => Promise<void>;
  /** Ends the attempt, unless the content is under way: whether the server takes it is not known then. */
  readonly signal: AbortSignal;
}

/** What prevented that the server took a mail. */
export class SmtpFailure extends Error {
  /** @param isPermanent whether the server has refused this mail for good (RFC 5321, section 4.2.1) */
  constructor(
    /** Words of ours: an answer of the server may contain the recipient. */
    readonly reason: string,
    readonly isPermanent: boolean,
    /** Whether the server was not reached, or refuses every mail: the next one will fare no better. */
    readonly isOfServer: boolean,
  ) {
    super(reason);
  }
}

/** Sends a mail. It is taken once this resolves. @throws SmtpFailure, or what `beforeContent` threw */
export async function sendMail(smtp: SmtpAddress, mail: WireMail, options: SendOptions): Promise<void> {
  let isContentUnderWay = false;
  await withConnection(
    smtp,
    options.signal,
    () => isContentUnderWay,
    async (connection) => {
      const envelope = { from: mail.from, to: [mail.to], size: mail.content.length };
      let refusal: Error | undefined;
      // The connection reads from it when the server has asked for the content.
      async function* content(): AsyncGenerator<Buffer> {
        try {
          await options.beforeContent();
        } catch (error) {
          refusal = error as Error;
          // At once: the end of the stream would be the end of an empty mail.
          connection.close();
          throw error;
        }
        isContentUnderWay = true;
        yield mail.content;
      }
      await new Promise<void>((resolve, reject) => {
        const settle = (error: Error | null | undefined): void => {
          if (error) reject(refusal ?? error);
          else resolve();
        };
        connection.send(envelope, Readable.from(content(), { objectMode: false }), settle);
      });
    },
  );
}

/** Connects and logs in, and sends nothing. @throws SmtpFailure */
export function tryConnection(smtp: SmtpAddress): Promise<void> {
  return withConnection(
    smtp,
    new AbortController().signal,
    () => false,
    () => Promise.resolve(),
  );
}

async function withConnection(
  smtp: SmtpAddress,
  signal: AbortSignal,
  isCommitted: () => boolean,
  act: (connection: SmtpConnection) => Promise<void>,
): Promise<void> {
  // Loaded here: a server that sends no mail starts without it.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { host, port, tls, login } = smtp;
  const connection = new Connection({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: CONNECT_LIMIT_MS,
    dnsTimeout: CONNECT_LIMIT_MS,
    greetingTimeout: ENVELOPE_LIMIT_MS,
    socketTimeout: ANSWER_LIMIT_MS,
    logger: false,
  });
  let fail: (code: string) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = (code) => {
      reject(Object.assign(new Error(), { code }));
    };
    connection.on('error', reject);
    connection.on('end', () => {
      fail('ECONNECTION');
    });
  });
  const giveUp = (code: string): void => {
    if (!isCommitted()) fail(code);
  };
  broken.catch(() => undefined);
  const stop = (): void => {
    giveUp('EABORT');
  };
  const timers = [
    setTimeout(giveUp, ENVELOPE_LIMIT_MS, 'ETIMEDOUT'),
    // A server that sends a byte now and then is never idle, and would hold up every other mail for ever.
    setTimeout(fail, ENVELOPE_LIMIT_MS + ANSWER_LIMIT_MS, 'ETIMEDOUT'),
  ];
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([broken, talk(connection, login, act)]);
    connection.quit();
  } catch (error) {
    throw describe(error as SmtpError);
  } finally {
    timers.forEach(clearTimeout);
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}

async function talk(
  connection: SmtpConnection,
  login: SmtpAddress['login'],
  act: (connection: SmtpConnection) => Promise<void>,
): Promise<void> {
  await called((done) => {
    connection.connect(done);
  });
  if (login !== undefined) {
    await called((done) => {
      connection.login({ user: login.user, pass: login.password }, done);
    });
  }
  await act(connection);
}

function called(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

interface SmtpError extends NodeJS.ErrnoException {
  readonly responseCode?: number;
  /** The code of the system, such as ECONNREFUSED, where the library has its own. */
  readonly originalCode?: string;
  readonly command?: string;
}

/** The commands whose refusal is about one mail. */
const OF_ONE_MAIL = ['RCPT TO', 'DATA'];

/** An error of the library in our words; any other one as it is. */
function describe(error: SmtpError): Error {
  const { code, responseCode, command, originalCode = code } = error;
  if (responseCode !== undefined) {
    const isOfMail = command !== undefined && OF_ONE_MAIL.includes(command);
    const where = command === undefined ? '' : ` to ${command.split(' ', 1).join('')}`;
    return new SmtpFailure(`the server answered ${responseCode}${where}`, isOfMail && responseCode >= 500, !isOfMail);
  }
  if (code === undefined || originalCode === undefined) return error;
  // The library itself refuses the address or the size.
  if (['EENVELOPE', 'EMESSAGE'].includes(code)) return new SmtpFailure(`the mail is not valid (${code})`, true, false);
  return new SmtpFailure(`the server is not reached (${originalCode})`, false, true);
}
