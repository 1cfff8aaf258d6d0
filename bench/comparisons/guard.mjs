import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard } from '../../dist/guard/lib/index.js';
import { cpuMicrosOf } from '../cpu-time.mjs';
import { CORES, lineOf, start } from '../processes.mjs';
import { addAuthHeaders, logInAdministrator, newFolder, startPersonas } from '../servers/personas.mjs';
import { number, table, times } from '../table.mjs';

const PROGRAM = join(import.meta.dirname, '../servers/guard-costs.mjs');
const GOAL_MICROS = 10;
const GOAL_TIMES = 3;
const FOLLOWERS = 50;
const FOLLOWED_SECONDS = 10;
/** More often than guards stop following. */
const CHECK_INTERVAL_MS = 1000;

/** What the guard library costs a service, and the server. */
export async function guard({ node, folder, rounds, progress }) {
  const server = await startPersonas({ node, folder: newFolder(folder) });
  const jwt = await logInAdministrator(server.url);
  const [own, token] = await addAuthHeaders(server.url, [{ jwt }], 2);

  progress('checks');
  const child = start(CORES.server, node, [PROGRAM, server.url, own, jwt, token, String(rounds)]);
  const [, line] = await lineOf(child, /^(\{.*\})$/m);
  const costs = JSON.parse(line);
  const cost = (name) => costs[name] - costs.none;

  progress('followers');
  const micros = await followingMicros(server, own);

  const row = (words, name) => [
    words,
    number(cost(name)),
    times(cost('jose') / cost(name)),
    `< ${GOAL_MICROS} µs, ${GOAL_TIMES}×`,
  ];
  return `### The guard library in a service

The processor time of a check that the guard remembers, less that of a call that checks nothing, beside the \`jwtVerify\` of jose, which notices no
revocation and checks no auth header.

${table(
  ['', 'µs', 'jose to it', 'goal'],
  [
    row('a JWT, by the guard', 'jwt'),
    row('an auth header, by the guard', 'token'),
    ['a JWT, by jose', number(cost('jose')), '', ''],
  ],
)}

${FOLLOWERS} guards that follow the revocations cost the server ${number(micros / 10_000 / FOLLOWERS)} % of a core each.`;
}

/** The processor time of the server in a second in which guards follow it. */
async function followingMicros({ url, pid }, authHeader) {
  const guards = Array.from({ length: FOLLOWERS }, () => createGuard({ url, authHeader }));
  await Promise.all(guards.map((one) => one.ready()));
  const use = async (seconds) => {
    for (let second = 0; second < seconds; second++) {
      for (const one of guards) await one.check(authHeader);
      await sleep(CHECK_INTERVAL_MS);
    }
  };
  await use(2);
  const before = cpuMicrosOf(pid);
  const beganMs = performance.now();
  await use(FOLLOWED_SECONDS);
  const micros = (cpuMicrosOf(pid) - before) / ((performance.now() - beganMs) / 1000);
  for (const one of guards) one.close();
  return micros;
}
