import { Agent, type IncomingMessage, request } from 'node:http';

/** A request as {@link send} takes it. */
export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What came back. */
export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The connection could not be made, or ended before the whole answer. */
export class ConnectionError extends Error {}

/** Idle connections keep no test file from ending. */
const agent = new Agent({ keepAlive: true });

/** Sends a request and reads the answer, as `fetch` does, for a third of its processor time. @throws ConnectionError */
export function send(url: string, { method, headers, body }: Outgoing): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(new ConnectionError(`${method} ${url}: ${cause.message}`, { cause }));
    };
    const all = { accept: '*/*', 'user-agent': 'node', ...headers };
    const outgoing = request(url, { method, headers: all, agent }, (incoming) => {
      read(incoming).then(resolve, fail);
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

function read(incoming: IncomingMessage): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const headers = new Headers();
    const { rawHeaders } = incoming;
    for (let index = 0; index < rawHeaders.length; index += 2)
      headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (part: string) => (text += part));
    incoming.on('end', () => {
      resolve({ status: incoming.statusCode ?? 0, headers, text });
    });
    incoming.on('error', reject);
  });
}
