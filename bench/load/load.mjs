import { CORES } from '../processes.mjs';
import { autocannonVersion, sendWithAutocannon } from './autocannon.mjs';
import { hasWrk, sendForWithWrk, wrkVersion } from './wrk.mjs';

/** A run is invalid: a response was not 200 or missing. */
export class RunRefused extends Error {}

/**
 * Sends requests in rotation for some seconds. Each connection sends the next at once or after a pause.
 * wrk needs less CPU time than any server under test, so it is preferred if it is installed.
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
 * Sends requests in rotation for some seconds to a server that may answer 503 if it is busy.
 * @returns the same, and `toldToWait`, the number of 503 responses
 * @throws RunRefused
 */
export async function storm(job) {
  return counted(await sendWithAutocannon({ cores: CORES.all, mayRefuse: 503, ...job }));
}

/** Whether requests can be paced. */
export const canPause = hasWrk;

/** Describes the load generators for the document. */
export function loadGenerators() {
  return { forSeconds: hasWrk ? wrkVersion() : autocannonVersion(), forEach: autocannonVersion() };
}

function counted(outcome) {
  const { refused, failed } = outcome;
  if (refused > 0 || failed > 0) throw new RunRefused(`${refused} answers were not 200, ${failed} failed`);
  return outcome;
}
