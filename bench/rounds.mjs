import process from 'node:process';
import { cpuMicrosOf } from './cpu-time.mjs';
import { RunRefused } from './load/load.mjs';
import { median } from './statistics.mjs';

/** The number of processes of each server. Rounds alternate between them, because JIT results differ between processes. */
export const PROCESSES = 3;
const TRIES = 3;

/**
 * Runs every contestant once a round and rotates their order, so that a temporary slowdown of the machine affects all of
 * them.
 * @param contestants `{ [name]: { pid, prepare, run } }`; `run(seconds)` loads the server and returns
 * `{ answers, seconds, … }`, and further numbers, which are kept too; `pid` is as in `cpuMicrosOf`. The optional `prepare()` is not measured. A
 * contestant that differs between rounds is a function of the round's number.
 * @returns `{ [name]: { [what]: median } }`, with `perSecond`, `cpuMicros` an answer and `busy`, the share of its core
 * the server used; `rounds` contains the values behind the medians.
 */
export async function interleave(contestants, { rounds, seconds, progress }) {
  const names = Object.keys(contestants);
  const outcomes = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const index of names.keys()) {
      const name = names[(index + round) % names.length];
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      outcomes[name].push(await measure(name, inRound(contestants[name], round), seconds));
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(outcomes[name])]));
}

/**
 * Starts one instance for each process.
 * @param start gets the number of instances started so far.
 * @returns a function from a round to its instance.
 */
export async function startProcesses(start, processes = PROCESSES) {
  const started = [];
  while (started.length < processes) started.push(await start(started.length));
  return (round) => started[round % processes];
}

/** A shorter warm-up leaves the code of a server unoptimised. */
const WARM_UP_SECONDS = 2;

/**
 * Warms up the code of the servers before the measurement.
 * @param rounds at least the number of different rounds.
 */
export async function warmUp(contestants, progress, rounds = 1) {
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of Object.entries(contestants)) {
      progress(`warming up: ${name}`);
      await measure(name, inRound(contestant, round), WARM_UP_SECONDS);
    }
  }
}

function inRound(contestant, round) {
  return typeof contestant === 'function' ? contestant(round) : contestant;
}

async function measure(name, { pid, prepare, run }, seconds) {
  return again(name, async () => {
    await prepare?.();
    const before = cpuMicrosOf(pid);
    const outcome = await run(seconds);
    const used = before === undefined ? undefined : cpuMicrosOf(pid) - before;
    return {
      perSecond: outcome.answers / outcome.seconds,
      cpuMicros: used === undefined ? undefined : used / outcome.answers,
      busy: used === undefined ? undefined : used / (outcome.seconds * 1e6),
      ...outcome,
    };
  });
}

/** Repeats a run that contains a refusal or an error. Repeated failure ends the benchmark. */
async function again(name, act) {
  for (let count = 1; ; count++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof RunRefused) || count === TRIES)
        throw new Error(`${name}: ${error.message}`, { cause: error });
      process.stderr.write(`\n${name}: ${error.message}; the run does not count\n`);
    }
  }
}

function medians(outcomes) {
  const numbers = Object.keys(outcomes[0]).filter((what) => typeof outcomes[0][what] === 'number');
  const medianOf = (what) => median(outcomes.map((outcome) => outcome[what]));
  return { ...Object.fromEntries(numbers.map((what) => [what, medianOf(what)])), rounds: outcomes };
}

/** The ratio of two results: the median of the ratios within each round, since conditions differ between rounds. */
export function ratio(one, other, what) {
  return median(one.rounds.map((outcome, round) => outcome[what] / other.rounds[round][what]));
}
