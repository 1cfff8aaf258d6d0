import { type AuthHeaderAnswer, newAddress } from './support/client.js';
import { run, runJson, timeUntil } from './support/command-line.js';
import { useSharedServer } from './support/use-server.js';

const OVERLAP_SECONDS = 600;

const mask = (token: string): string => `${token.slice(0, 7)}…${token.slice(-4)}`;

const { server, client, database } = useSharedServer();
let ownerId: string;
let jwt: string;
let username: string;

beforeAll(async () => {
  username = `rotator-${newAddress()}`;
  ownerId = await database.addUser(username);
  jwt = await client.logIn(username);
});

const statusesOf = (...tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await client.get('/user/me', token)).status));
const remove = (text: string, credential = jwt) => client.post('/authheader/delete', { text }, credential);
const listed = async (id: string) => {
  const { body } = await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt);
  return body.find((one) => one.id === id);
};

async function rotated(overlapSeconds = OVERLAP_SECONDS) {
  const { id, token: previous } = await client.addAuthHeader(jwt);
  const { body } = await client.post<AuthHeaderAnswer>('/authheader/rotate', { text: id, overlapSeconds }, jwt);
  return { id, previous, current: body.token, answer: body };
}

describe('A token that was rotated and is still accepted', () => {
  it.each<[string, (token: string) => string]>([
    ['value', (token) => token],
    ['masked form', mask],
  ])('is ended by its %s, and the current one stays', async (_, nameOf) => {
    const { id, previous, current } = await rotated();
    expect(await statusesOf(previous, current)).toEqual([200, 200]);
    const { status, body } = await remove(nameOf(previous));
    expect([status, body]).toEqual([200, { message: 'Success' }]);
    expect(await statusesOf(previous, current)).toEqual([401, 200]);
    expect((await remove(nameOf(previous))).status).toBe(404);
    const admin = await client.logIn();
    const { body: events } = await client.get<{ action: string }[]>(`/audit/list?target=${id}`, admin);
    expect(events.map(({ action }) => action)).toEqual([
      'authheader.end-overlap',
      'authheader.rotate',
      'authheader.add',
    ]);
  });

  it('is listed with its end, until it is refused', async () => {
    const { id, previous, answer } = await rotated();
    expect(Math.abs(Date.parse(answer.previousTokenExpires ?? '') - Date.now() - OVERLAP_SECONDS * 1000)).toBeLessThan(
      10_000,
    );
    const { previousTokenExpires } = answer;
    expect(await listed(id)).toMatchObject({ previousTokenExpires, previousToken: mask(previous) });
    const [row] = await runJson<AuthHeaderAnswer[]>(server, ['authheader', 'list', '--user', username, '--limit', '1']);
    expect(row).toMatchObject({ id, previousTokenExpires, previousToken: mask(previous) });
    await remove(previous);
    for (const name of ['previousTokenExpires', 'previousToken']) expect(await listed(id)).not.toHaveProperty(name);
  });

  it('is shown, and can be named, no longer than it is accepted', async () => {
    const [over, ended] = [await rotated(), await rotated()];
    const justNow = new Date(Date.now() - 1).toISOString();
    await database.query(
      `UPDATE auth_header SET previous_token_expires = CASE WHEN id = ? THEN ? ELSE previous_token_expires END,
       expires = CASE WHEN id = ? THEN ? ELSE expires END WHERE user_id = ?`,
      ...[over.id, justNow, ended.id, justNow, ownerId],
    );
    for (const { id, previous } of [over, ended]) {
      expect(await statusesOf(previous)).toEqual([401]);
      expect((await remove(previous)).status).toBe(404);
      expect(await listed(id)).not.toHaveProperty('previousTokenExpires');
    }
    expect(await statusesOf(over.current)).toEqual([200]);
  });

  it('is no name for rotating', async () => {
    const { previous, current } = await rotated();
    const answer = await client.post('/authheader/rotate', { text: previous }, jwt);
    expect(answer.status).toBe(404);
    expect(await statusesOf(previous, current)).toEqual([200, 200]);
  });

  it("is somebody else's business only on the command line", async () => {
    const { previous, current } = await rotated();
    const admin = await client.logIn();
    for (const text of [previous, mask(previous)]) expect((await remove(text, admin)).status).toBe(404);
    expect(await statusesOf(previous, current)).toEqual([200, 200]);
    const { code, stdout } = await run(server, ['authheader', 'delete', previous]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('current token stays valid')]);
    await timeUntil(async () => (await statusesOf(previous))[0] === 401);
    expect(await statusesOf(current)).toEqual([200]);
  });
});

it('A second rotation refuses the token before the last one, whatever its overlap', async () => {
  const first = await rotated();
  const { body } = await client.post<AuthHeaderAnswer>(
    '/authheader/rotate',
    { text: first.id, overlapSeconds: OVERLAP_SECONDS },
    jwt,
  );
  expect(await statusesOf(first.previous, first.current, body.token)).toEqual([401, 200, 200]);
  expect((await remove(first.previous)).status).toBe(404);
  expect(body.previousToken).toBe(mask(first.current));
});
