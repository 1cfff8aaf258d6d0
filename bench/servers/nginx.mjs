import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';
import { findProgram } from '../find-program.mjs';
import { CORES, start } from '../processes.mjs';
import { freePort } from './personas.mjs';

const PAGE = resolve(import.meta.dirname, '../../docs/proxies/nginx.md');
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/**
 * Starts nginx as it is documented, with one worker on the core of the server, and connections to the service that are kept open.
 * @param changes of the documented configuration: pairs of a text and its replacement.
 */
export async function startNginx(base, { personas, service }, changes) {
  const program = findProgram('nginx') ?? '/usr/sbin/nginx';
  const port = await freePort();
  const [, recipe] = /^```nginx\n([^]*?)^```$/m.exec(readFileSync(PAGE, 'utf8'));
  const all = [
    ...changes,
    ['listen 8080;', `listen 127.0.0.1:${port};\n    keepalive_requests 1000000000;`],
    ['http://127.0.0.1:4000', 'http://service'],
    ['127.0.0.1:3000', new URL(personas.url).host],
  ];
  const site = all.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${PAGE} does not contain ${from}`);
    return text.replaceAll(from, to);
  }, recipe);
  const folder = mkdtempSync(join(base, 'nginx-'));
  const paths = TEMPORARY.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
  const upstream = `upstream service { server ${new URL(service.url).host}; keepalive 32; }`;
  // The worker of a privileged nginx is another user, who cannot read the folder.
  const user = process.getuid() === 0 ? 'user root;' : '';
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${user}\ndaemon off;\nworker_processes 1;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${upstream}\n${site}}\n`,
  );
  const child = start(CORES.server, program, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']);
  while (!(await listens(port))) await sleep(20);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, child };
}

async function listens(port) {
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
