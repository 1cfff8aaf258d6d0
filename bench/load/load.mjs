import { CORES } from '../processes.mjs';
import { autocannonVersion, sendWithAutocannon } from './autocannon.mjs';
import { hasWrk, sendForWithWrk, wrkVersion } from './wrk.mjs';

/** Thrown where a run does not count: an answer was not 200, or there was none. */
export class RunRefused extends Error {}

/**
 * Sends requests in turn for some seconds, each connection the next as soon as it has its answer, or after a pause.
 * wrk costs less than any server it asks, so it is taken where there is one.
 * @param job `{ url, requests, connections, seconds, pauseMs, cores }`
 * @returns `{ answers, seconds, p50Ms, p99Ms }`
 * @throws RunRefused
 */
export async function sendFor(folder, job) {
  return counted(await (hasWrk ? sendForWithWrk(folder, job) : sendWithAutocannon(job)));
}

/**
 * Sends every request once.
 * @param job `{ url, requests, connections, collect, cores }`; `collect` names a field of the JSON answers
 * @returns the same, and `collected`, the values of that field
 * @throws RunRefused
 */
export async function sendEach(job) {
  return counted(await sendWithAutocannon(job));
}

/**
 * Sends requests in turn for some seconds to a server that may say that it is busy, with 503.
 * @returns the same, and `toldToWait`, how many answers were that
 * @throws RunRefused
 */
export async function storm(job) {
  return counted(await sendWithAutocannon({ cores: CORES.all, mayRefuse: 503, ...job }));
}

/** Whether requests can be paced. */
export const canPause = hasWrk;

/** What loads with what, for the reader. */
export function loadGenerators() {
  return { forSeconds: hasWrk ? wrkVersion() : autocannonVersion(), forEach: autocannonVersion() };
}

function counted(outcome) {
  const { refused, failed } = outcome;
  if (refused > 0 || failed > 0) throw new RunRefused(`${refused} answers were not 200, ${failed} failed`);
  return outcome;
}
