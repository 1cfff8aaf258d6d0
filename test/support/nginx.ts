import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './folders.js';
import { startListening } from './listening-program.js';
import { describeWithProgram } from './with-program.js';

export const NGINX = { name: 'nginx', command: 'nginx', versionOption: '-v', requiredBy: 'CI_REQUIRES_NGINX' };

/** Tests that need nginx; where there is none they are left out, and say so, unless `CI_REQUIRES_NGINX` is 1. */
export function describeWithNginx(name: string, tests: () => void): void {
  describeWithProgram(NGINX, name, tests);
}

/** Starts nginx with these blocks in `http`, and waits until it listens on the port. */
export function startNginx(blocks: string, port: number): Promise<ChildProcess> {
  const folder = newFolder();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
  // The worker of a privileged nginx is another user, who cannot read the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const config = `${user}\ndaemon off;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${blocks}}\n`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  return startListening(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], port);
}
