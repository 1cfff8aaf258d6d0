import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const QUIET_MS = 200;

/** The ticks in which the system counts the time of ended processes. */
const TICK_MICROS = 10_000;

/**
 * The processor time that processes, their threads and their children have used so far, in µs; undefined if the system does
 * not report it.
 * @param pids one or several
 */
export function cpuMicrosOf(pids) {
  try {
    return [pids].flat().reduce((sum, pid) => sum + treeMicrosOf(pid), 0);
  } catch {
    return undefined;
  }
}

function treeMicrosOf(pid) {
  const folder = `/proc/${pid}/task`;
  const threads = readdirSync(folder).map((thread) => {
    const [nanoseconds] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
    const children = readFileSync(`${folder}/${thread}/children`, 'utf8').trim();
    const running = children === '' ? [] : children.split(' ').map(microsOfChild);
    return running.reduce((sum, micros) => sum + micros, Number(nanoseconds) / 1000);
  });
  const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/\(.*\)/s, '')
    .split(' ');
  // The 16th and 17th field of proc_pid_stat(5): children that have ended.
  const ended = (Number(fields[13]) + Number(fields[14])) * TICK_MICROS;
  return threads.reduce((sum, micros) => sum + micros, ended);
}

/** A child that has just ended counts among the ended ones. */
function microsOfChild(pid) {
  try {
    return treeMicrosOf(pid);
  } catch {
    return 0;
  }
}

/** Waits until processes are idle, because an interrupted load leaves requests running. */
export async function settle(pids) {
  for (let before = cpuMicrosOf(pids); before !== undefined;) {
    await sleep(QUIET_MS);
    const now = cpuMicrosOf(pids);
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
