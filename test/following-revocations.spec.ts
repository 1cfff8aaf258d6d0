import { once } from 'node:events';
import { claimsOf, Client } from './support/client.js';
import { type RunningServer, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

interface News {
  after: string;
  knownUntilMs: number;
  everything: boolean;
  signingKeys: boolean;
  users: string[];
  sessions: string[];
  authHeaders: string[];
}

const NOTHING = { everything: false, signingKeys: false, users: [], sessions: [], authHeaders: [] };

const { server, client, database } = useServer();
let jwt: string;
let follower: string;

beforeAll(async () => {
  jwt = await client.logIn();
  ({ token: follower } = await client.addAuthHeader(jwt));
});

async function newsAfter(after?: string, waitMs = 0, by: RunningServer = server): Promise<News> {
  const query = new URLSearchParams({ ...(after === undefined ? {} : { after }), waitMs: String(waitMs) });
  const answer = await (by === server ? client : await Client.of(by)).get<News & Record<string, unknown>>(
    `/auth/revocations?${query.toString()}`,
    follower,
  );
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return answer.body;
}

/** What is told from a cursor on until something is. */
async function nextNewsAfter(after: string): Promise<News> {
  for (;;) {
    const news = await newsAfter(after, 1000);
    after = news.after;
    if (JSON.stringify({ ...news, ...NOTHING }) !== JSON.stringify(news)) return news;
  }
}

describe('One who follows the revocations', () => {
  it('begins with everything, and then is told nothing while nothing is revoked', async () => {
    const first = await newsAfter();
    expect(first).toMatchObject({ ...NOTHING, everything: true });
    expect(await newsAfter(first.after)).toMatchObject(NOTHING);
  });

  it('is told by its id what was revoked, at once', async () => {
    const { id } = await client.addAuthHeader(jwt);
    const other = await client.logIn();
    const userId = await database.addUser('followed');
    let { after } = await newsAfter();

    await client.post('/authheader/delete', { text: id }, jwt);
    let news = await nextNewsAfter(after);
    expect(news).toMatchObject({ ...NOTHING, authHeaders: [id] });

    ({ after } = news);
    await client.post('/user/logout', undefined, other);
    news = await nextNewsAfter(after);
    expect(news).toMatchObject({ ...NOTHING, sessions: [claimsOf(other).sid] });

    ({ after } = news);
    await client.post('/user/disable', { id: userId }, jwt);
    news = await nextNewsAfter(after);
    expect(news).toMatchObject({ ...NOTHING, users: [userId] });

    ({ after } = news);
    for (const kind of ['signing-keys', 'unknown kind'])
      await database.query('INSERT INTO revocation (at, kind) VALUES (?, ?)', new Date().toISOString(), kind);
    let [isKeys, isEverything] = [false, false];
    while (!isKeys || !isEverything) {
      news = await nextNewsAfter(after);
      ({ after } = news);
      isKeys ||= news.signingKeys;
      isEverything ||= news.everything;
    }
  });

  it('knows until when it knows: later than it asked, if it has waited', async () => {
    const { after, knownUntilMs } = await newsAfter();
    expect(knownUntilMs).toBeGreaterThan(-1000);
    expect((await newsAfter(after, 600)).knownUntilMs).toBeGreaterThan(0);
  });

  it.each(['nonsense', `${'0'.repeat(36)}.1`])(
    'with a cursor that is none has to forget everything: %s',
    async (cursor) => {
      const { after } = await newsAfter();
      const news = await newsAfter(cursor);
      expect(news.everything).toBe(true);
      expect(await newsAfter(news.after)).toMatchObject(NOTHING);
      expect(await newsAfter(after)).toMatchObject(NOTHING);
    },
  );

  it('is told which field is wrong', async () => {
    for (const [query, field] of [
      ['waitMs=1001', 'waitMs'],
      ['waitMs=-1', 'waitMs'],
      ['waitMs=soon', 'waitMs'],
      ['after=', 'after'],
      [`after=${'a'.repeat(4097)}`, 'after'],
      ['since=1', 'since'],
    ] as const) {
      const { status, body } = await client.get(`/auth/revocations?${query}`, follower);
      expect([query, status, body]).toMatchObject([query, 400, { details: [{ field }] }]);
    }
  });

  it('is told the same by every process, whichever it asked before', async () => {
    const other = await startServer({ folder: server.folder });
    // A process knows of what was revoked since its own first poll.
    let { after } = await newsAfter(undefined, 0, other);
    for (const [from, to] of [
      [server, other],
      [other, server],
    ] as const) {
      ({ after } = await newsAfter(after, 300, from));
      expect(await newsAfter(after, 0, to)).toMatchObject(NOTHING);
      const { id } = await client.addAuthHeader(jwt);
      await client.post('/authheader/delete', { text: id }, jwt);
      let ids: string[] = [];
      while (ids.length === 0) ({ after, authHeaders: ids } = await newsAfter(after, 1000, to));
      expect(ids).toEqual([id]);
    }
    await other.stop();
  });

  it('holds up no stop, and gets an answer', async () => {
    const { after } = await newsAfter();
    const ended = once(server.process, 'exit');
    const waiting = newsAfter(after, 1000);
    // The question is there once another one is answered that was sent after it.
    await newsAfter(after);
    server.process.kill('SIGTERM');
    expect(await waiting).toMatchObject(NOTHING);
    await ended;
    await server.start();
  });
});
