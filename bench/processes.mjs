import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { findProgram } from './find-program.mjs';

const taskset = findProgram('taskset');
const count = availableParallelism();

/**
 * The cores of each process: the server and the load have one each. With a single core or without `taskset`, nothing is
 * pinned.
 */
export const CORES = { server: '0', load: '1', all: `0-${count - 1}` };
export const isPinned = taskset !== undefined && count > 1;

/** The time limit for a program to end. */
const PATIENCE_MS = 10_000;

const running = new Set();

/** Starts a program on the given cores. It ends with this process at the latest. */
export function start(cores, program, args, options = {}) {
  const command = isPinned ? [taskset, '-c', cores, program, ...args] : [program, ...args];
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The first matching line of a program's output. @throws if the program ends before. */
export async function lineOf(child, pattern) {
  const seen = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line);
    if (found !== null) {
      child.stdout.resume();
      return found;
    }
    seen.push(line);
  }
  throw new Error(`${child.spawnargs.join(' ')} ended early:\n${seen.join('\n')}`);
}

/** The output of a program, after it has exited successfully. */
export async function outputOf(child) {
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}:\n${output}`);
  return output;
}

/** Ends a program, by force after a time limit. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(force);
}

/** Ends all remaining programs, but for one. */
export async function stopAll(needed) {
  await Promise.all([...running].filter((child) => child !== needed).map(stop));
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
