import { once } from 'node:events';
import { newFolder } from '../support/folders.js';
import { ADMIN, BEHIND_PROXY, launchServer, type RunningServer, whenAnswering, whenReady } from '../support/launch.js';
import { Contract, documentOf } from '../support/openapi.js';
import type { Shared } from './sequence.js';
import { Register } from './world.js';

/** Sessions outlive the longest run. */
export const FUZZED_SETTINGS = { ...BEHIND_PROXY, JWT_TTL: '1d' };

/** A server of its own for the fuzzer. */
export interface FuzzedServer extends RunningServer {
  readonly pid: number;
  output(): string;
  stop(): Promise<void>;
}

/** @param main of a program with a cheap hash */
export async function startFuzzed(main: string, env: Readonly<Record<string, string>> = {}): Promise<FuzzedServer> {
  const folder = newFolder();
  const child = await launchServer(folder, { ...FUZZED_SETTINGS, ...env }, main);
  const running = await whenAnswering(child, folder);
  await whenReady(running.url);
  return {
    ...running,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** What the fuzzer needs of a server whose first administrator is {@link ADMIN}. */
export async function sharedOf(server: RunningServer): Promise<Omit<Shared, 'count'>> {
  const { url, folder } = server;
  const contract = new Contract(await documentOf(server));
  const { username, password } = ADMIN;
  const body = JSON.stringify({ username, password });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/user/login`, { method: 'POST', headers, body });
  const { Token: root } = (await answer.json()) as { Token: string };
  return { contract, folder, register: new Register(Date.now().toString(36)), root };
}
