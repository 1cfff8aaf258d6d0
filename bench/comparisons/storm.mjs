import { setTimeout as sleep } from 'node:timers/promises';
import { settle } from '../cpu-time.mjs';
import { answerTo } from '../http-client.mjs';
import { canPause, sendFor, storm as logInAtOnce } from '../load/load.mjs';
import { CORES } from '../processes.mjs';
import { interleave, ratio, warmUp } from '../rounds.mjs';
import { startBare } from '../servers/others.mjs';
import { guardedGet, loginOf, makePeople, newFolder, startPersonas } from '../servers/personas.mjs';
import { hashFor, storedHash } from '../servers/raw-hash.mjs';
import { number, share, table } from '../table.mjs';

const CLIENTS = 64;
const PEOPLE = 16;
const LEAD_MS = 500;
/** Factor of the run length, because a 99th percentile needs many requests. */
const LONGER = 2;
const GOAL = 2;
const LOADS = {
  paced: { connections: 20, pauseMs: 20, words: 'about 1,000 a second' },
  pressed: { connections: 32, words: 'as many as it answers' },
};

/** The effect of a login storm on requests that already carry a credential. */
export async function storm({ node, folder, progress, ...how }) {
  const environment = { TRUST_PROXY: '127.0.0.1' };
  const own = newFolder(folder);
  const { url, pid } = await startPersonas({ node, folder: own, cores: CORES.all, environment });
  const people = await makePeople(url, PEOPLE);
  const requests = [guardedGet(people[0].jwt)];
  // Each client has its own address; otherwise the login throttle would treat them as one attacker.
  const logins = Array.from({ length: CLIENTS }, (_, index) =>
    loginOf(people[index % PEOPLE], { 'x-forwarded-for': `10.0.0.${index + 1}` }),
  );
  for (const login of logins) await answerTo(url, login);
  const bare = await startBare(node, await answerTo(url, requests[0]), CORES.all);
  const stored = await storedHash(own);

  const loads = Object.entries(LOADS).filter(([, { pauseMs }]) => pauseMs === undefined || canPause);
  const contestants = {};
  for (const [name, { connections, pauseMs }] of loads) {
    const load = { requests, connections, pauseMs, cores: CORES.all };
    const ask = (seconds) => sendFor(folder, { url, seconds, ...load });
    const askBare = (seconds) => sendFor(folder, { url: bare.url, seconds, ...load });
    contestants[`${name}, quiet`] = { pid, run: (seconds) => ask(seconds * LONGER) };
    contestants[`${name}, storm`] = {
      pid,
      run: async (seconds) => {
        const rage = (lasting) => logInAtOnce({ url, requests: logins, connections: CLIENTS, seconds: lasting });
        const [outcome, { answers, toldToWait }, lasting] = await during(rage, seconds, ask).finally(() => settle(pid));
        return { ...outcome, logins: answers / lasting, toldToWait: toldToWait / lasting };
      },
    };
    contestants[`${name}, bare, quiet`] = { pid: bare.pid, run: (seconds) => askBare(seconds * LONGER) };
    contestants[`${name}, bare, storm`] = {
      pid: bare.pid,
      run: async (seconds) => {
        const hash = (lasting) => hashFor({ node, cores: CORES.all, seconds: lasting, stored });
        const [outcome] = await during(hash, seconds, askBare);
        return outcome;
      },
    };
  }
  await warmUp(contestants, progress);
  const results = await interleave(contestants, { ...how, progress });

  const lines = loads.flatMap(([name, { words }]) => {
    const quiet = results[`${name}, quiet`];
    const stormy = results[`${name}, storm`];
    const bareQuiet = results[`${name}, bare, quiet`];
    const bareStormy = results[`${name}, bare, storm`];
    const line = (when, result, ratio, goal, logged) => [
      `${words}, ${when}`,
      number(result.perSecond),
      number(result.p50Ms),
      number(result.p99Ms),
      ratio,
      goal,
      ...logged,
    ];
    return [
      line('quiet', quiet, '', '', ['', '']),
      line('in a storm', stormy, share(ratio(stormy, quiet, 'p99Ms')), `≤ ${GOAL}`, [
        number(stormy.logins),
        number(stormy.toldToWait),
      ]),
      line('bare, quiet', bareQuiet, '', '', ['', '']),
      line('bare, with one hash', bareStormy, share(ratio(bareStormy, bareQuiet, 'p99Ms')), '', ['', '']),
    ];
  });
  const head = ['guarded requests', 'a second', 'p50 ms', 'p99 ms', 'p99 to quiet', 'goal', 'logins a second', '503s'];
  return `### A guarded request in a login storm

The latency of \`GET /user/me\` with one JWT, alone and while ${CLIENTS} clients log in, each of them again after every response. Here the
server and the load can use all cores: on two cores, the load takes time from both. The percentiles are those of wrk, corrected for
coordinated omission. "Bare" is \`node:http\` under the same requests, alone and while another process hashes one password after
the other; it shows the effect of a busy core on a server without any work. "503s" are the logins per second that were refused.

${table(head, lines)}`;
}

/** Sends requests during a disturbance, which begins earlier and ends later. @returns both results and its duration. */
async function during(disturb, seconds, ask) {
  const lasting = seconds * LONGER + (2 * LEAD_MS) / 1000;
  const both = [sleep(LEAD_MS).then(() => ask(seconds * LONGER)), disturb(lasting)];
  // Awaits both even if one fails: the next run must not overlap with this one.
  await Promise.allSettled(both);
  return [...(await Promise.all(both)), lasting];
}
