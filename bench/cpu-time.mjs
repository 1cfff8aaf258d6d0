import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const QUIET_MS = 200;

/** The processor time a process and its threads have used so far, in µs; undefined if the system does not report it. */
export function cpuMicrosOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      return sum + Number(nanoseconds) / 1000;
    }, 0);
  } catch {
    return undefined;
  }
}

/** Waits until a process is idle, because an interrupted load leaves requests running. */
export async function settle(pid) {
  for (let before = cpuMicrosOf(pid); before !== undefined;) {
    await sleep(QUIET_MS);
    const now = cpuMicrosOf(pid);
    if (now === undefined || now - before < QUIET_MS * 50) return;
    before = now;
  }
}

/** The resident memory of a process, in MiB; undefined if the system does not report it. */
export function residentMebibytesOf(pid) {
  try {
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(kibibytes) / 1024;
  } catch {
    return undefined;
  }
}
