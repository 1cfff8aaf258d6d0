import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { CORES, start } from '../processes.mjs';

const WORKER = join(import.meta.dirname, 'autocannon-worker.mjs');
/** The idle workers, by their cores. */
const idle = new Map();

export function autocannonVersion() {
  const file = join(import.meta.dirname, '../node_modules/autocannon/package.json');
  return `autocannon ${JSON.parse(readFileSync(file, 'utf8')).version}`;
}

/** See `sendFor` and `sendEach` of load.mjs. */
export function sendWithAutocannon({ cores = CORES.load, ...job }) {
  const worker = workerOn(cores);
  return new Promise((resolve, reject) => {
    const onExit = (code) => {
      reject(new Error(`the load ended with ${code}`));
    };
    worker.once('exit', onExit);
    worker.once('message', ({ outcome, error }) => {
      worker.off('exit', onExit);
      idle.set(cores, [...(idle.get(cores) ?? []), worker]);
      if (error === undefined) resolve(outcome);
      else reject(new Error(error));
    });
    worker.send(job);
  });
}

/** An idle worker, or a new one. */
function workerOn(cores) {
  const waiting = (idle.get(cores) ?? []).filter(({ connected }) => connected);
  const worker =
    waiting.pop() ?? start(cores, process.execPath, [WORKER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  idle.set(cores, waiting);
  return worker;
}
