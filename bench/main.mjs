/*
 * The benchmarks: the speed of the built server, compared with an upper bound and with other servers.
 *
 *   npm run bench                                    everything of PLAN; writes docs/benchmarks.md
 *   npm run bench -- guarded growth --node=24        a part of it, on some Node versions; prints only
 *   npm run bench -- --rounds=9 --seconds=5          longer and more precise; default: 5 rounds, 1 second a run
 *
 * It starts all processes itself, in temporary folders and on free ports of 127.0.0.1, and stops them. With `taskset` and two
 * cores, the server runs on core 0 and the load on core 1. Rounds are interleaved. A run with a response other than 200 is
 * discarded.
 *
 *   comparisons/   one table each                       servers/   what is compared, ready to answer
 *   load/          wrk, where there is one, autocannon  rounds.mjs what is measured of it
 *
 * The packages of the benchmarks are in bench/package.json, and installed on the first run.
 */
import console from 'node:console';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { betterAuth } from './comparisons/better-auth.mjs';
import { feed } from './comparisons/feed.mjs';
import { growth } from './comparisons/growth.mjs';
import { guard } from './comparisons/guard.mjs';
import { guarded } from './comparisons/guarded.mjs';
import { instances } from './comparisons/instances.mjs';
import { login } from './comparisons/login.mjs';
import { metrics } from './comparisons/metrics.mjs';
import { postgres } from './comparisons/postgres.mjs';
import { proxy } from './comparisons/proxy.mjs';
import { startTime } from './comparisons/start.mjs';
import { storm } from './comparisons/storm.mjs';
import { formatted, writeResults } from './document.mjs';
import { install } from './install.mjs';
import { describe } from './machine.mjs';
import { findNodes } from './nodes.mjs';
import { stopAll } from './processes.mjs';

const COMPARISONS = {
  guarded,
  guard,
  proxy,
  'better-auth': betterAuth,
  login,
  storm,
  start: startTime,
  growth,
  metrics,
  postgres,
  instances,
  feed,
};
/** The comparisons for each Node version: on a newer one, only those of requests. */
const PLAN = { 20: Object.keys(COMPARISONS), 24: ['guarded', 'guard', 'better-auth'] };
const [OLDEST] = Object.keys(PLAN);

const { rounds, seconds, plan } = readArguments();
const nodes = findNodes(Object.keys(plan));
install(...findNodes([OLDEST]));
const folder = mkdtempSync(join(tmpdir(), 'personas-bench-'));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}
try {
  await run();
} finally {
  await cleanUp();
}

async function run() {
  const parts = [describe({ nodes, rounds, seconds })];
  console.log(await formatted(parts[0]));
  const kept = {};
  for (const { major, node, version } of nodes) {
    parts.push(`## Node ${version}`);
    for (const name of plan[major]) {
      const progress = (text) => process.stderr.write(`Node ${major}, ${name}: ${text}\n`);
      const context = { node, major, folder: ownFolder(major, name), kept, rounds, seconds, progress };
      try {
        const part = await COMPARISONS[name](context);
        parts.push(part);
        console.log(await formatted(`## Node ${version}\n\n${part}`));
      } catch (error) {
        // The other comparisons took minutes and are valid without this one.
        console.error(error);
        process.exitCode = 1;
      }
      await stopAll();
    }
  }
  if (plan === PLAN && process.exitCode !== 1) await writeResults(parts.join('\n\n'));
}

function ownFolder(major, name) {
  const path = join(folder, `${name}-${major}`);
  mkdirSync(path);
  return path;
}

async function cleanUp() {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      node: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(COMPARISONS, name));
  const [rounds, seconds] = [values.rounds, values.seconds].map(Number);
  const isCounted = [rounds, seconds].every((count) => Number.isInteger(count) && count > 0);
  if (unknown.length > 0 || !isCounted || !/^(\d+(,\d+)*)?$/.test(values.node)) {
    console.error(`Usage: npm run bench -- [${Object.keys(COMPARISONS).join('] [')}]`);
    console.error('         [--node=20,24] [--rounds=5] [--seconds=1]');
    process.exit(2);
  }
  if (positionals.length === 0 && values.node === '') return { rounds, seconds, plan: PLAN };
  const majors = values.node === '' ? [OLDEST] : values.node.split(',');
  const names = positionals.length === 0 ? Object.keys(COMPARISONS) : positionals;
  return { rounds, seconds, plan: Object.fromEntries(majors.map((major) => [major, names])) };
}
