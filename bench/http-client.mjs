import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { Agent, request as open } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/**
 * Sends a request in the form of the load: `{ method, path, headers, body }`, all optional except the path.
 * @returns the status, the headers and the text of the answer.
 */
export async function ask(url, { method = 'GET', path, headers = {}, body }) {
  const sent = open(url + path, {
    method,
    agent,
    headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** Like {@link ask}, for a request whose response must be 200. */
export async function answerTo(url, request) {
  const answer = await ask(url, request);
  if (answer.status === 200) return answer;
  throw new Error(`${request.method ?? 'GET'} ${request.path} was answered ${answer.status}: ${answer.text}`);
}

/** A POST of a JSON body. */
export function post(path, body, headers = {}) {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** The HTTP/1.1 message of a request. */
export function messageOf(host, { method = 'GET', path, headers = {}, body = '' }) {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== '') lines.push(`content-length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Runs many requests, a few at a time, and keeps the order of the results. */
export async function inTurns(count, act, atOnce = 8) {
  const results = new Array(count);
  let next = 0;
  async function work() {
    while (next < count) {
      const index = next++;
      results[index] = await act(index);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
