import process from 'node:process';
import { cpuMicrosOf } from './cpu-time.mjs';
import { RunRefused } from './load/load.mjs';
import { median } from './statistics.mjs';

/** So many processes of each server, which the rounds take in turn: one compiles better than another, for as long as it runs. */
export const PROCESSES = 3;
const TRIES = 3;

/**
 * Runs every contestant once a round, each round beginning with another, so that a machine that is slower for a while
 * is slower for all.
 * @param contestants `{ [name]: { pid, prepare, run } }`; `run(seconds)` loads the server and tells
 * `{ answers, seconds, … }`, of which further numbers are kept; `prepare()`, where there is one, is not measured. A
 * contestant that is not the same in every round is a function of the round's number.
 * @returns `{ [name]: { [what]: median } }`, with `perSecond`, `cpuMicros` an answer and `busy`, the share of its core
 * the server used; `rounds` are what the medians are of.
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
 * Starts what there is one of for each process.
 * @param start is told how many it has started.
 * @returns which of them a round takes.
 */
export async function startProcesses(start) {
  const started = [];
  while (started.length < PROCESSES) started.push(await start(started.length));
  return (round) => started[round % PROCESSES];
}

/** Less leaves a server's code cold. */
const WARM_UP_SECONDS = 2;

/**
 * Lets the servers' code become hot before anything is measured.
 * @param rounds as many as there are that differ, or more.
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

/** A run with a refusal or an error in it does not count; one that always has some ends the benchmark. */
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

/** How many times one result is another: the median of what it was in each round, since a round has one weather. */
export function ratio(one, other, what) {
  return median(one.rounds.map((outcome, round) => outcome[what] / other.rounds[round][what]));
}
