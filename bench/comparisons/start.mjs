import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMebibytesOf } from '../cpu-time.mjs';
import { ask } from '../http-client.mjs';
import { CORES, stop } from '../processes.mjs';
import { interleave } from '../rounds.mjs';
import { freePort, newFolder, spawnPersonas } from '../servers/personas.mjs';
import { number, table } from '../table.mjs';

const POLL_MS = 2;
const IDLE_MS = 2000;
const PATIENCE_MS = 30_000;
const GOAL_MS = 700;
const GOAL_MEBIBYTES = 110;

/** The duration of a start, and the memory of an idle server. */
export async function startTime({ node, folder, progress, ...how }) {
  const known = newFolder(folder);
  await startOnce({ node, folder: known, cores: CORES.all });
  const once = (options) => ({ run: () => startOnce({ node, ...options }) });
  const contestants = {
    'first start, in an empty folder': { run: () => startOnce({ node, folder: newFolder(folder), cores: CORES.all }) },
    'later start': once({ folder: known, cores: CORES.all }),
    'later start, one core': once({ folder: known, cores: CORES.server }),
  };
  const results = await interleave(contestants, { ...how, progress });
  const lines = Object.entries(results).map(([name, { startMs, mebibytes }]) => {
    const isAimed = !name.includes('one core');
    return [name, number(startMs), isAimed ? `< ${GOAL_MS}` : '', number(mebibytes), `< ${GOAL_MEBIBYTES}`];
  });
  return `### Start and memory

The time from the start of the process to its first 200 on \`/health/live\`, and the resident memory ${IDLE_MS / 1000} seconds later. The
process can use all cores, except in the row with one core.

${table(['', 'ms', 'goal', 'MiB', 'goal'], lines)}`;
}

async function startOnce(options) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const child = spawnPersonas({ ...options, port });
  child.stdout.resume();
  try {
    while (!(await isLive(url))) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      if (performance.now() - begun > PATIENCE_MS) throw new Error('the server does not answer');
      await sleep(POLL_MS);
    }
    const startMs = performance.now() - begun;
    await sleep(IDLE_MS);
    return { answers: 1, seconds: startMs / 1000, startMs, mebibytes: residentMebibytesOf(child.pid) };
  } finally {
    await stop(child);
  }
}

async function isLive(url) {
  try {
    return (await ask(url, { path: '/health/live' })).status === 200;
  } catch {
    return false;
  }
}
