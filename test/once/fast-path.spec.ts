import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { changedProgram } from '../support/changed-program.js';
import { Client } from '../support/client.js';
import { comparableText } from '../support/comparable.js';
import { Chance, type OddClient, oddIntrospection, oddRequest } from '../support/odd-requests.js';
import { BEHIND_PROXY, type RunningServer, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const REQUESTS = 1600;
const CONNECTIONS = 32;
/** Set it to repeat a run that found a difference. */
const SEED = Number(process.env.ODD_REQUESTS_SEED ?? randomInt(2 ** 31));
const ENV = { CORS_ORIGINS: 'https://app.example.com', ...BEHIND_PROXY };
/** Nothing is remembered, so every request is checked and answered the ordinary way. */
const WITHOUT_MEMORY = [/if \(!this\.feed\.isUpToDate\(\)\) return void 0;/, 'return void 0;'] as const;
/** What needs no credential needs no memory either. */
const WITHOUT_FAST_PATH = [/\banswer\(request, response\) \{/, 'answer(request, response) { return false;'] as const;
/** What is remembered is looked up again all the time, so that the fast path also answers after look-ups. */
const SHORT_MEMORY = [/ttl: MAX_AGE_MS,\s+ttlResolution: AGE_RESOLUTION_MS/, 'ttl: 20, ttlResolution: 1'] as const;
/** A fast path with a fault: it serves what only the ordinary way can. */
const TOO_FAST = [/return headers\.host !== void 0 && /, 'return true || '] as const;
/** Tell whether the connection is still open, and where the next request begins. */
const NEXT_REQUEST = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const NO_REQUEST = 'nonsense\r\n\r\n';

const { server, client, database } = useServer({ env: ENV, main: changedProgram([SHORT_MEMORY]) });
let ordinary: RunningServer;
let credentials: string[];
let clients: [OddClient, ...OddClient[]];

beforeAll(async () => {
  ordinary = await startServer({
    env: ENV,
    folder: server.folder,
    main: changedProgram([WITHOUT_MEMORY, WITHOUT_FAST_PATH]),
  });
  const jwt = await client.logIn();
  const scoped = await client.addAuthHeader(jwt, { name: 'orders', scopes: ['orders:read', 'authheader:manage'] });
  const limited = await client.addAuthHeader(jwt, { name: 'office', allowedIps: ['203.0.113.0/24'] });
  const plain = await client.addAuthHeader(jwt);
  const dead = await client.addAuthHeader(jwt);
  await client.post('/authheader/delete', { text: dead.id }, jwt);
  // Texts beyond ASCII are written in another way.
  await database.addUser('zoe', [], { firstname: 'Zoë', lastname: '木' });
  const good = [jwt, scoped.token, plain.token, await client.logIn('zoe')];
  credentials = [...good, ...good, limited.token, dead.token];
  clients = [scoped, scoped, plain, plain, limited, dead, { id: plain.id, token: scoped.token }];
  await warm(server);
});

/** Has a server remember the good credentials. */
async function warm(target: RunningServer): Promise<void> {
  const asker = await Client.of(target);
  for (const credential of new Set(credentials)) await asker.from('203.0.113.7').get('/user/me', credential);
}

/** Everything that comes back on a connection of its own, but for the time and the id of the request. */
function answersTo({ url }: RunningServer, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'));
    socket.setTimeout(20_000, () => socket.destroy(new Error(`No end of the answer to ${JSON.stringify(text)}`)));
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(comparableText(received));
    });
  });
}

interface Comparison {
  readonly differences: string[];
  readonly statuses: ReadonlyMap<string, number>;
}

async function compare(count: number, one: RunningServer, other: RunningServer): Promise<Comparison> {
  const chance = new Chance(SEED);
  const requests = Array.from(
    { length: count },
    () =>
      (chance.is(0.6) ? oddRequest(chance, credentials) : oddIntrospection(chance, credentials, clients)) +
      (chance.is(0.95) ? NEXT_REQUEST : NO_REQUEST),
  );
  const differences: string[] = [];
  const statuses = new Map<string, number>();
  const work = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of work) {
      const [first, second] = await Promise.all([answersTo(one, request), answersTo(other, request)]);
      if (first !== second) differences.push([request, first, second].join('\n---\n'));
      const status = first.slice(9, 12);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return { differences, statuses };
}

describe(`With odd requests of the seed ${SEED}, the fast path`, () => {
  it('answers as the ordinary way does, to the last header, and leaves the connection as that does', async () => {
    const { differences, statuses } = await compare(REQUESTS, server, ordinary);
    expect(differences.slice(0, 3)).toEqual([]);
    // They are not so odd that nothing is left to compare.
    expect(statuses.get('200')).toBeGreaterThan(REQUESTS / 4);
    for (const status of ['400', '401', '403', '404', '405', '406', '431'])
      expect([...statuses.keys()]).toContain(status);
  });

  it('would be found to differ', async () => {
    const tooFast = await startServer({ env: ENV, folder: server.folder, main: changedProgram([TOO_FAST]) });
    await warm(tooFast);
    expect((await compare(REQUESTS / 4, tooFast, ordinary)).differences).not.toHaveLength(0);
  });
});
