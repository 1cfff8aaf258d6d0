import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { URL } from 'node:url';
import { findProgram } from '../find-program.mjs';
import { messageOf } from '../http-client.mjs';
import { CORES, outputOf, start } from '../processes.mjs';

const SCRIPT = join(import.meta.dirname, 'wrk.lua');
/** The default of wrk, two seconds, would omit the slowest responses. */
const TIMEOUT = '10s';
const program = findProgram('wrk');

/** Whether wrk is installed, with the LuaJIT that its script needs. */
export const hasWrk = program !== undefined;

/** The name and the version of the load generator. */
export function wrkVersion() {
  // wrk prints its version and exits with 1.
  return /^wrk \S+/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout)?.[0] ?? 'wrk';
}

/** See `sendFor` of load.mjs. */
export async function sendForWithWrk(folder, { url, requests, connections, seconds, pauseMs, cores = CORES.load }) {
  const { host } = new URL(url);
  const file = join(folder, 'wrk-messages');
  const messages = requests.map((request) => messageOf(host, request));
  writeFileSync(file, messages.map((message) => `${Buffer.byteLength(message)}\n${message}`).join(''));
  const pause = pauseMs === undefined ? [] : [String(pauseMs)];
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    TIMEOUT,
    '-s',
    SCRIPT,
    url,
    '--',
    file,
    ...pause,
  ];
  const output = await outputOf(start(cores, program, args));
  const { answers, microseconds, refused, failed, p50, p99 } = JSON.parse(/^\{.*\}$/m.exec(output)[0]);
  return { answers, seconds: microseconds / 1e6, refused, failed, p50Ms: p50 / 1000, p99Ms: p99 / 1000 };
}
