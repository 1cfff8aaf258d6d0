import { changedProgram } from '../support/changed-program.js';
import type { Answer } from '../support/client.js';
import { logLinesOf } from '../support/log-lines.js';
import { useServer } from '../support/use-server.js';

/** One request begins in each turn of the event loop, and newcomers are refused as soon as one waits. */
const ALWAYS_LATE = changedProgram([
  [/TURN_MS = 3\b/, 'TURN_MS = 0'],
  [/LATE_MS = (?:1000|1e3)\b/, 'LATE_MS = 0'],
]);

const { server, client } = useServer({ main: ALWAYS_LATE, env: { LOG_FORMAT: 'json', LOG_REQUESTS: 'errors' } });

describe('While requests wait for their begin for too long', () => {
  it('newcomers are refused with an id, which is in the log, and are told when to come back', async () => {
    let refused: Answer | undefined;
    const ask = async (): Promise<void> => {
      while (refused === undefined) {
        const answer = await client.get('/user/me', 'Bearer x');
        if (answer.status === 503) refused = answer;
      }
    };
    await Promise.all(Array.from({ length: 30 }, ask));
    expect(refused?.body).toMatchObject({ code: 'unavailable' });
    expect(refused?.headers.get('retry-after')).toBe('1');
    const id = refused?.headers.get('x-request-id');
    expect(id).toMatch(/^[\w-]{8}-[0-9a-z]+$/);
    expect(logLinesOf(server)).toContainEqual(
      expect.objectContaining({ 'http.request.id': id, 'http.response.status_code': 503 }),
    );
    expect((await client.get('/health/live')).status).toBe(200);
  });
});
