import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import type { Instance } from './cluster.js';
import { logIn, type Revocable } from './credentials.js';
import { check, type Reply } from './http.js';
import { MixedLoad } from './load.js';
import { PROMISE_MS } from './meter.js';
import { report, SIZES } from './sizes.js';
import { type Fault, TcpProxy } from './tcp-proxy.js';
import { useCluster } from './use-cluster.js';

const INSTANCES = 3;
const BLOCK_MS = 2000;
const TWO_POLLS_MS = 500;
/** Longer than a look-up waits for its answer. */
const LOOK_UP_LIMIT_MS = 5500;
const RECOVERY_LIMIT_MS = 20_000;
const VOLLEYS = 10;

/** Blocks the event loop at a signal, as a request that computes for long would. */
const BLOCKING = `process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${BLOCK_MS});
});`;

const proxies: TcpProxy[] = [];
const used = useCluster(async (databaseUrl) => {
  while (proxies.length < INSTANCES) proxies.push(await TcpProxy.to(databaseUrl, await freePort()));
  return {
    databaseUrlOf: (index) => proxies[index]?.databaseUrl ?? databaseUrl,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BLOCKING)}` },
  };
});

/** What a test that fails in the middle leaves. */
const ends: (() => unknown)[] = [];

afterAll(async () => {
  for (const end of ends) await end();
  for (const proxy of proxies) await proxy.close();
});

interface Trouble {
  begin(): unknown;
  /** How long it stays after the credentials were shown; `answered` for until all of them have been. */
  readonly lastsMs: number | 'answered';
  end(): unknown;
}

/** The statuses that one instance answered for what was revoked meanwhile, and for what is valid. */
interface Seen {
  readonly revoked: number[];
  readonly valid: number[];
}

const unique = (replies: readonly Reply[]): number[] => [...new Set(replies.map(({ status }) => status))].sort();

/** One instance is in trouble while another revokes credentials that both remember. */
async function seenInTrouble(name: string, trouble: Trouble): Promise<Seen> {
  const [other, victim] = [used.cluster.at(0), used.cluster.at(2)];
  const urls = [used.cluster.at(0).url, used.cluster.at(1).url];
  const load = await MixedLoad.on(urls, used.maker, await logIn(other.url));
  ends.push(() => load.stop());
  const revocables = await Promise.all([used.maker.deleted(), used.maker.rotated(), used.maker.loggedOut()]);
  const { token: valid } = await used.maker.addAuthHeader();
  const tokens = [valid, ...revocables.map((one) => one.token)];
  for (const token of tokens) await remember(victim, token);
  // Until it has polled, it trusts nothing that it remembers.
  await sleep(TWO_POLLS_MS);
  for (const token of tokens) await remember(victim, token);
  await trouble.begin();
  await Promise.all(revocables.map((one) => one.revoke()));
  await sleep(PROMISE_MS);
  const [revokedReplies, validReplies] = await show(victim, revocables, valid, trouble.lastsMs);
  const replies = Promise.all([Promise.all(revokedReplies), Promise.all(validReplies)]);
  if (trouble.lastsMs === 'answered') await replies;
  await trouble.end();
  const endedMs = performance.now();
  const [ofRevoked, ofValid] = await replies;
  while ((await check(victim, valid)).status !== 200) {
    if (performance.now() - endedMs > RECOVERY_LIMIT_MS) throw new Error('It did not come back');
    await sleep(20);
  }
  report(`Serves again after it was ${name}`, [performance.now() - endedMs]);
  const afterwards = await Promise.all(revocables.map(({ token }) => check(victim, token)));
  expect(unique(afterwards)).toEqual([401]);
  expect((await load.stop()).failures).toEqual([]);
  return { revoked: unique(ofRevoked), valid: unique(ofValid) };
}

async function remember(victim: Instance, token: string): Promise<void> {
  expect((await check(victim, token)).status).toBe(200);
}

/** Shows the credentials again and again. The answers are not awaited, for they may come only when the trouble is over. */
async function show(
  victim: Instance,
  revocables: readonly Revocable[],
  valid: string,
  lastsMs: Trouble['lastsMs'],
): Promise<[Promise<Reply>[], Promise<Reply>[]]> {
  const [revokedReplies, validReplies]: [Promise<Reply>[], Promise<Reply>[]] = [[], []];
  const beganMs = performance.now();
  for (let volley = 0; volley < VOLLEYS; volley++) {
    revokedReplies.push(...revocables.map(({ token }) => check(victim, token)));
    validReplies.push(check(victim, valid));
    await sleep(50);
  }
  if (lastsMs !== 'answered') await sleep(Math.max(0, lastsMs - (performance.now() - beganMs)));
  return [revokedReplies, validReplies];
}

function network(fault: Fault, lastsMs: Trouble['lastsMs']): Trouble {
  return {
    begin: () => proxies[2]?.set(fault),
    lastsMs,
    end: () => proxies[2]?.set('none'),
  };
}

describe('An instance accepts nothing that another has revoked a second ago, refuses nothing valid, and comes back', () => {
  it.each<[Fault, Trouble['lastsMs']]>([
    ['half-open', LOOK_UP_LIMIT_MS],
    ['refused', 'answered'],
  ])('when its database is cut off: %s', async (fault, lastsMs) => {
    const { revoked, valid } = await seenInTrouble(fault, network(fault, lastsMs));
    expect({ revoked, valid }).toEqual({ revoked: [503], valid: [503] });
  });

  it('when its database answers late', async () => {
    const { revoked, valid } = await seenInTrouble('slow', network('slow', 1000));
    expect([401, 503]).toEqual(expect.arrayContaining(revoked));
    expect([200, 503]).toEqual(expect.arrayContaining(valid));
  });

  it('when it was stopped', async () => {
    const { revoked, valid } = await seenInTrouble('stopped', {
      begin: () => {
        used.cluster.at(2).signal('SIGSTOP');
      },
      lastsMs: SIZES.stopMs - PROMISE_MS,
      end: () => {
        used.cluster.at(2).signal('SIGCONT');
      },
    });
    expect([401, 503]).toEqual(expect.arrayContaining(revoked));
    expect([200, 503]).toEqual(expect.arrayContaining(valid));
  });

  it('when its event loop was blocked', async () => {
    const { revoked, valid } = await seenInTrouble('blocked', {
      begin: () => {
        used.cluster.at(2).signal('SIGUSR2');
      },
      lastsMs: BLOCK_MS,
      end: () => undefined,
    });
    expect([401, 503]).toEqual(expect.arrayContaining(revoked));
    expect([200, 503]).toEqual(expect.arrayContaining(valid));
  });
});
