import { once } from 'node:events';
import { connect } from 'node:net';
import type { RunningServer } from './server.js';

/** How many requests are under way at once: less than the server takes for a flood. */
const AT_ONCE = 16;

/**
 * Sends a GET of a path with each of some credentials on one connection, which costs the client next to nothing.
 * @returns how many got each status
 */
export async function pipelined(
  { url }: Pick<RunningServer, 'url'>,
  path: string,
  credentials: readonly string[],
): Promise<Record<string, number>> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  const statuses: Record<string, number> = {};
  let answered = 0;
  let rest = '';
  let proceed = (): void => undefined;
  socket.on('close', () => {
    proceed();
  });
  socket.on('data', (part: string) => {
    // A status line may be cut anywhere; a credential is in no answer.
    const parts = (rest + part).split(/(?<=HTTP\/1\.1 \d{3}) /);
    rest = parts.pop() ?? '';
    for (const before of parts) {
      const status = before.slice(-3);
      statuses[status] = (statuses[status] ?? 0) + 1;
      answered += 1;
    }
    proceed();
  });
  await once(socket, 'connect');
  for (let sent = 0; sent < credentials.length; sent += AT_ONCE) {
    const some = credentials.slice(sent, sent + AT_ONCE);
    const requests = some.map(
      (credential) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${credential}\r\n\r\n`,
    );
    socket.write(requests.join(''));
    while (answered < sent + some.length) {
      if (socket.closed) throw new Error(`Closed after ${answered} answers`);
      await new Promise<void>((go) => (proceed = go));
    }
  }
  socket.destroy();
  return statuses;
}
