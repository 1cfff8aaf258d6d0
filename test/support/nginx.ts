import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newFolder } from './folders.js';
import { describeWithProgram } from './with-program.js';

const ROOT = resolve(__dirname, '../..');

const NGINX = { name: 'nginx', command: 'nginx', versionOption: '-v', requiredBy: 'CI_REQUIRES_NGINX' };

/** Tests that need nginx; where there is none they are left out, and say so, unless `CI_REQUIRES_NGINX` is 1. */
export function describeWithNginx(name: string, tests: () => void): void {
  describeWithProgram(NGINX, name, tests);
}

/** The code blocks for nginx in a document, as they are printed. */
export function nginxBlocksIn(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```nginx\n([^]*?)^```$/gm)].map(([, block = '']) => block);
}

/** Starts nginx with these blocks in `http`, and waits until it listens on the port. */
export async function startNginx(blocks: string, port: number): Promise<ChildProcess> {
  const folder = newFolder();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
  // The worker of a privileged nginx is another user, who cannot read the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const config = `${user}\ndaemon off;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${blocks}}\n`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`nginx did not start:\n${complaints}`);
    await sleep(20);
  }
  return child;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export async function stopNginx(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
