/*
 * The project's measuring instrument: how fast the built server is, beside what it could be and what others are.
 *
 *   npm run bench                                  every comparison, on Node 20 and 24; writes docs/benchmarks.md
 *   npm run bench -- guarded growth                some of them; prints, and writes nothing
 *   npm run bench -- --node=20 --rounds=9 --seconds=5
 *
 * It starts everything itself, in temporary folders and on free ports of 127.0.0.1, and ends what it has started. Where
 * there are `taskset` and two cores, the server has core 0 to itself and the load core 1. Rounds are interleaved. A run with
 * one answer in it that is not 200 does not count.
 *
 *   comparisons/   one table each                       servers/   what is compared, ready to answer
 *   load/          wrk, where there is one, autocannon  rounds.mjs what is measured of it
 *
 * What only the benchmarks need is in bench/package.json, and installed on the first run.
 */
import console from 'node:console';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { betterAuth } from './comparisons/better-auth.mjs';
import { growth } from './comparisons/growth.mjs';
import { guarded } from './comparisons/guarded.mjs';
import { login } from './comparisons/login.mjs';
import { startTime } from './comparisons/start.mjs';
import { storm } from './comparisons/storm.mjs';
import { formatted, writeResults } from './document.mjs';
import { install } from './install.mjs';
import { describe } from './machine.mjs';
import { findNodes } from './nodes.mjs';
import { stopAll } from './processes.mjs';

const COMPARISONS = { guarded, 'better-auth': betterAuth, login, storm, start: startTime, growth };
const NODES = ['20', '24'];

const { options, names } = readArguments();
const nodes = findNodes(options.nodes);
install(nodes[0]);
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
  const { rounds, seconds } = options;
  const parts = [describe({ nodes, rounds, seconds })];
  console.log(await formatted(parts[0]));
  const kept = {};
  for (const { major, node, version } of nodes) {
    parts.push(`## Node ${version}`);
    for (const name of names) {
      const progress = (text) => process.stderr.write(`Node ${major}, ${name}: ${text}\n`);
      const context = { node, major, folder: ownFolder(major, name), kept, rounds, seconds, progress };
      const part = await COMPARISONS[name](context);
      await stopAll();
      parts.push(part);
      console.log(await formatted(`## Node ${version}\n\n${part}`));
    }
  }
  const isWhole = names.length === Object.keys(COMPARISONS).length && options.nodes.join() === NODES.join();
  if (isWhole) await writeResults(parts.join('\n\n'));
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
      node: { type: 'string', default: NODES.join() },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(COMPARISONS, name));
  const [rounds, seconds] = [values.rounds, values.seconds].map(Number);
  if (unknown.length > 0 || ![rounds, seconds].every((count) => Number.isInteger(count) && count > 0)) {
    console.error(`Usage: npm run bench -- [${Object.keys(COMPARISONS).join('] [')}]`);
    console.error('         [--node=20,24] [--rounds=5] [--seconds=2]');
    process.exit(2);
  }
  return {
    options: { nodes: values.node.split(','), rounds, seconds },
    names: positionals.length > 0 ? positionals : Object.keys(COMPARISONS),
  };
}
