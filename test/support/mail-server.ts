import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** A mail that the server took. */
export interface TakenMail {
  readonly to: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
}

/** What the server does with the next mails. */
export interface Behaviour {
  /** The answer to the recipient; none takes it. */
  readonly refuseRecipient?: number;
  /** The answer to the content; none takes it. */
  readonly refuseContent?: number;
  /** Whether it takes the content and never says so. */
  readonly isSilent?: boolean;
  /** Is awaited before the answer to the recipient. */
  readonly beforeContent?: () => Promise<void>;
  /** Is awaited between the content and the answer. */
  readonly afterContent?: () => Promise<void>;
}

const POLL_MS = 20;
const LIMIT_MS = 30_000;

/** A mail server on this machine. */
export class MailServer {
  behaviour: Behaviour = {};
  readonly taken: TakenMail[] = [];
  /** The recipients of all attempts. */
  readonly attempts: string[] = [];
  private server: SMTPServer | undefined;
  private port = 0;

  /** Starts it, on the port that it had before. */
  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onRcptTo: ({ address }, _session, done) => {
        this.attempts.push(address);
        const { refuseRecipient: code, beforeContent } = this.behaviour;
        void (beforeContent?.() ?? Promise.resolve()).then(() => {
          done(code === undefined ? null : refusal(code));
        });
      },
      onData: (stream, { envelope }, done) => {
        void this.take(stream, envelope.rcptTo).then(done, done);
      },
    });
    server.on('error', () => undefined);
    this.server = server;
    const listener = server.listen(this.port, '127.0.0.1');
    await once(listener, 'listening');
    this.port = (listener.address() as AddressInfo).port;
  }

  /** @returns never for a server that is silent. */
  private async take(stream: Readable, recipients: readonly { readonly address: string }[]): Promise<null> {
    const content = await buffer(stream);
    const { refuseContent: code, isSilent = false, afterContent } = this.behaviour;
    await afterContent?.();
    if (code !== undefined) throw refusal(code);
    const to = recipients.map(({ address }) => address);
    this.taken.push(parse(content.toString(), to));
    return isSilent ? new Promise(() => undefined) : null;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Ends it, with its connections. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    for (const connection of server.connections) connection.close();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  }

  /** The mails to an address. */
  to(address: string): TakenMail[] {
    return this.taken.filter(({ to }) => to.includes(address));
  }

  /** Waits for a number of mails to an address. @returns the last one */
  async waitFor(address: string, count = 1): Promise<TakenMail> {
    const last = await until(() => this.to(address)[count - 1]);
    return last;
  }
}

/** Waits until something is there. */
export async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('It did not happen');
    await sleep(POLL_MS);
  }
}

/** The token at the end of the link in a mail. */
export function tokenIn({ text }: TakenMail): string {
  const token = /\?token=([\w-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error(`There is no link in: ${text}`);
  return token;
}

function refusal(responseCode: number): Error {
  return Object.assign(new Error('refused'), { responseCode });
}

function parse(raw: string, to: string[]): TakenMail {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? '';
  const parts = body.split(`--${boundary}`).map((part) => split(part.replace(/^\r\n/, '')));
  const bodyOf = (type: string): string => {
    const part = parts.find((one) => one.headers.get('content-type')?.startsWith(type));
    return part === undefined ? '' : decode(part.body, part.headers.get('content-transfer-encoding') ?? '');
  };
  return { to, headers, text: bodyOf('text/plain'), html: bodyOf('text/html'), raw };
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), body: raw.slice(end + 4) };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([\dA-F]{2})/g, (_, hex: string) => `%${hex}`);
  return bytes.replace(/(?:%[\dA-F]{2})+/g, (escaped) => decodeURIComponent(escaped));
}
