import { Agent, request } from 'node:http';

const ANSWER_LIMIT_MS = 30_000;

export interface Reply {
  /** 0 if there was no answer: the connection was refused or cut. */
  readonly status: number;
  readonly text: string;
  /** When the request was sent, by the monotonic clock. */
  readonly sentMs: number;
}

const agent = new Agent({ keepAlive: true });

/** Sends a request on a kept connection. It costs a tenth of `fetch`, and of a client that checks each answer's form. */
export function send(url: string, method: string, token?: string, body?: unknown): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(method === 'GET' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve) => {
    const sentMs = performance.now();
    const call = request(url, { method, agent, headers, timeout: ANSWER_LIMIT_MS }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (received += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: received, sentMs });
      });
      response.on('error', fail);
    });
    const fail = (error: Error): void => {
      resolve({ status: 0, text: error.message, sentMs });
    };
    call.on('error', fail).on('timeout', () => call.destroy(new Error('no answer')));
    call.end(text);
  });
}

/** Sends a `POST` that must succeed. @returns the parsed answer. */
export async function post<Body>(url: string, body: unknown, token?: string): Promise<Body> {
  const { status, text } = await send(url, 'POST', token, body);
  if (status !== 200) throw new Error(`POST ${new URL(url).pathname} answered ${status}: ${text}`);
  return JSON.parse(text) as Body;
}

/** Checks a credential. */
export const check = (instance: { readonly url: string }, token: string): Promise<Reply> =>
  send(`${instance.url}/user/me`, 'GET', token);

/** Closes the kept connections. */
export function hangUp(): void {
  agent.destroy();
}
