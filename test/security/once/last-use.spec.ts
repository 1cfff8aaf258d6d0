import { setTimeout as sleep } from 'node:timers/promises';
import { changedProgram } from '../../support/changed-program.js';
import type { AuthHeaderAnswer } from '../../support/client.js';
import { pipelined } from '../../support/pipeline.js';
import { takeStatements, TELLING_STATEMENTS } from '../../support/statement-log.js';
import { useServer } from '../../support/use-server.js';

const FLUSH_MS = 500;
const CHECKS = 1500;
const POLL_MS = 20;
const { server, client, database } = useServer({
  env: TELLING_STATEMENTS,
  get main() {
    return changedProgram([[/FLUSH_INTERVAL_MS = 6e4/, `FLUSH_INTERVAL_MS = ${FLUSH_MS}`]]);
  },
});
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
});

const check = (token: string, count: number) => pipelined(server, '/auth/verify', Array<string>(count).fill(token));
const written = async (id: string) =>
  (await database.query<{ last_used: string | null }>('SELECT last_used FROM auth_header WHERE id = ?', id))[0]
    ?.last_used;
const shown = async (id: string) =>
  (await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt)).body.find((one) => one.id === id)?.lastUsed;
const isOfUse = (sql: string): boolean => sql.startsWith('UPDATE "auth_header" SET "last_used"');

describe('The time of the last use', () => {
  it('of an auth header in constant use is written once an interval at most, and is right after it', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    await takeStatements(server);
    const begun = Date.now();
    expect(await check(token, CHECKS)).toEqual({ 200: CHECKS });
    // The interval after the last use is over.
    const last = (await shown(id))?.slice(0, 19) ?? '';
    while ((await written(id))?.slice(0, 19) !== last) await sleep(POLL_MS);
    const intervals = Math.ceil((Date.now() - begun) / FLUSH_MS) + 1;
    const writes = (await takeStatements(server)).filter(isOfUse);
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.length).toBeLessThanOrEqual(intervals);
  });

  it('that cannot be written for a while delays no check, and is written then', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    expect(await check(token, 1)).toEqual({ 200: 1 });
    // Another program holds the file, so that the write waits.
    await database.beginAlone();
    await takeStatements(server);
    expect(await check(token, 100)).toEqual({ 200: 100 });
    while (!(await takeStatements(server)).some(isOfUse)) {
      expect(await check(token, 20)).toEqual({ 200: 20 });
      await sleep(POLL_MS);
    }
    // It is under way now.
    expect(await check(token, CHECKS)).toEqual({ 200: CHECKS });
    expect(await written(id)).toBeNull();
    await database.query('ROLLBACK');
    // What was under way may be of an earlier use than the last one, which the next write has.
    const toTheSecond = (moment: string | null | undefined) => moment?.slice(0, 19);
    while (toTheSecond(await written(id)) !== toTheSecond(await shown(id))) await sleep(POLL_MS);
    expect(await written(id)).not.toBeNull();
  });
});
