// The PostgreSQL that the tests use, with the settings of a server whose data matter: it prints the URL of its superuser and
// the id of its first process in one line of JSON, and runs until it is stopped.
import { transformFileSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import pg from 'pg';

/** Everything else is PostgreSQL's default, which a server with a few GiB of memory changes in its buffers alone. */
const SETTINGS = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on', 'shared_buffers=1GB'];

const require = createRequire(import.meta.url);
// The support of the tests is TypeScript, which the oldest Node does not read.
require.extensions['.ts'] = (module, file) => {
  const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } };
  module._compile(transformFileSync(file, options).code, file);
};
const { startPostgres } = require('../../test/support/postgres-server.ts');

const server = await startPostgres(SETTINGS);
process.once('SIGTERM', () => void server.stop());

const client = new pg.Client(server.url);
await client.connect();
const { rows } = await client.query('SELECT pg_backend_pid() AS backend');
const [, pid] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${rows[0].backend}/status`, 'utf8')) ?? [];
await client.end();
process.stdout.write(`${JSON.stringify({ url: server.url, pid: Number(pid) })}\n`);
