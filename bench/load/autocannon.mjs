import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { CORES, start } from '../processes.mjs';

const WORKER = join(import.meta.dirname, 'autocannon-worker.mjs');
const workers = new Map();

export function autocannonVersion() {
  const file = join(import.meta.dirname, '../node_modules/autocannon/package.json');
  return `autocannon ${JSON.parse(readFileSync(file, 'utf8')).version}`;
}

/** See `sendFor` and `sendEach` of load.mjs. One job at a time on a core. */
export function sendWithAutocannon({ cores = CORES.load, ...job }) {
  const worker = workerOn(cores);
  return new Promise((resolve, reject) => {
    const onExit = (code) => {
      reject(new Error(`the load ended with ${code}`));
    };
    worker.once('exit', onExit);
    worker.once('message', ({ outcome, error }) => {
      worker.off('exit', onExit);
      if (error === undefined) resolve(outcome);
      else reject(new Error(error));
    });
    worker.send(job);
  });
}

function workerOn(cores) {
  const present = workers.get(cores);
  if (present?.exitCode === null && present.signalCode === null) return present;
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const worker = start(cores, process.execPath, [WORKER], { stdio });
  workers.set(cores, worker);
  return worker;
}
