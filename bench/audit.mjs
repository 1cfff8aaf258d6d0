/*
 * What the proof of the audit costs.
 *
 *   node bench/audit.mjs verify [--events=1000000] [--postgres]    how long `personas audit verify` takes
 *   node bench/audit.mjs changes --before=DIST [--postgres]        POST /authheader/add, compared with another build
 *
 * It starts all processes itself, in temporary folders and on free ports of 127.0.0.1, and stops them. `--postgres` measures on the
 * PostgreSQL that the tests use. Rounds are interleaved, and processor time is counted, because other work may share the machine.
 */
import console from 'node:console';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { cpuMicrosOf, settle } from './cpu-time.mjs';
import { answerTo, inTurns, post } from './http-client.mjs';
import { CORES, lineOf, outputOf, start, stop, stopAll } from './processes.mjs';
import { bearer, databaseOf, DIST, logInAdministrator, newFolder, PASSWORD, SECRET_KEY } from './servers/personas.mjs';
import { median } from './statistics.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    before: { type: 'string' },
    postgres: { type: 'boolean', default: false },
  },
});
const MEASURES = { verify, changes };
/** How many events are inserted in a statement, and how many changes are made in a round, with how many under way. */
const TOGETHER = 500;
const CHANGES = 1000;
const AT_ONCE = 8;

const folder = mkdtempSync(join(tmpdir(), 'personas-bench-'));
const postgres = values.postgres ? await startPostgres() : undefined;
try {
  await MEASURES[positionals[0]]();
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

async function startPostgres() {
  const script = resolve(import.meta.dirname, 'servers/postgres-server.mjs');
  const [line] = await lineOf(start(CORES.all, process.execPath, [script]), /^\{.*\}$/);
  return JSON.parse(line);
}

/** The environment of a server or a command, with a database of its own. */
async function environmentFor(name) {
  const common = { PATH: process.env.PATH, NODE_ENV: 'production', SECRET_KEY, JWT_ALGORITHM: 'ES256', PORT: '0' };
  if (postgres === undefined) return { ...common, BOOTSTRAP_PASSWORD: PASSWORD };
  const { default: pg } = await import('pg');
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return { ...common, BOOTSTRAP_PASSWORD: PASSWORD, DATABASE_URL: url.href };
}

async function startServer(dist, cwd, env) {
  const child = start(CORES.all, process.execPath, [join(dist, 'main.js')], { cwd, env });
  const [, url] = await lineOf(child, /answers at (\S+)/);
  while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((done) => setTimeout(done, 50));
  return { child, url };
}

async function verify() {
  const number = Number(values.events);
  const cwd = newFolder(folder);
  const env = await environmentFor('verified');
  const { child } = await startServer(DIST, cwd, env);
  await stop(child);
  await recordEvents(number, databaseOf(cwd), env.DATABASE_URL);
  const begin = performance.now();
  const command = start(CORES.all, process.execPath, [join(DIST, 'cli.js'), 'audit', 'verify', '--json'], { cwd, env });
  let cpuMicros;
  const watch = setInterval(() => (cpuMicros = cpuMicrosOf(command.pid) ?? cpuMicros), 20);
  const output = JSON.parse(await outputOf(command));
  clearInterval(watch);
  const seconds = (performance.now() - begin) / 1000;
  if (output.verified < number || output.findings.length > 0) throw new Error('They were not all verified');
  console.log(`${output.verified} events: ${seconds.toFixed(1)} s, ${(cpuMicros / 1e6).toFixed(1)} s of the processor`);
}

/** Fills the first chain with events that the code of the server has hashed, many in a statement. */
async function recordEvents(number, file, url) {
  const load = (path) => import(join(DIST, path));
  await load('../node_modules/reflect-metadata/Reflect.js');
  const { AuditChainRepository } = await load('audit/audit-chain.repository.js');
  const { AuditChains } = await load('audit/audit-chains.js');
  const { toAuditEvent } = await load('audit/audit-entry.js');
  const { hashOfEvent, stampOfChain } = await load('audit/audit-proof.js');
  const { Sealer } = await load('crypto/sealer.js');
  const { openDatabase } = await load('database/data-source.js');
  const { databaseOf: kindOf } = await load('database/databases.js');
  const { loadSettings } = await load('config/load-settings.js');
  const dataSource = await openDatabase(kindOf(loadSettings({ DATABASE_URL: url ?? `sqlite:${file}` })));
  const rows = new AuditChainRepository(dataSource);
  const [chain] = await rows.all();
  const key = new AuditChains(rows, new Sealer(SECRET_KEY, 'seal')).keyOf(chain);
  const origin = { ip: '192.0.2.7', network: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
  const id = '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d';
  const actor = { ...origin, userId: id, username: 'john.doe', credential: 'password', credentialId: null };
  const { columns } = dataSource.getMetadata('audit_event');
  const names = columns.map(({ databaseName }) => databaseName).join(', ');
  const tuple = (row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join()})`;
  const sql = `INSERT INTO audit_event (${names}) VALUES ${Array.from({ length: TOGETHER }, (_, row) => tuple(row)).join()}`;
  for (let done = 0; done < number; done += TOGETHER) {
    const events = Array.from({ length: TOGETHER }, () => {
      const made = toAuditEvent(actor, { action: 'login', target: id, detail: 'with a passkey' });
      const sequence = chain.sequence + 1;
      const event = { ...made, at: made.at.toISOString(), chain: chain.number, sequence, previous: chain.hash };
      const hash = hashOfEvent(key, event);
      Object.assign(chain, { sequence, hash });
      return { ...event, hash };
    });
    await dataSource.query(
      sql,
      events.flatMap((event) => columns.map(({ propertyName }) => event[propertyName])),
    );
  }
  await rows.update({ ...chain, stamp: stampOfChain(key, chain) }, dataSource.manager);
  await dataSource.destroy();
}

async function changes() {
  const servers = {};
  for (const [name, dist] of Object.entries({ before: resolve(values.before), after: DIST })) {
    const env = await environmentFor(name);
    const { child, url } = await startServer(dist, newFolder(folder), env);
    servers[name] = { pid: child.pid, url, jwt: await logInAdministrator(url), outcomes: [] };
  }
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const server of Object.values(servers)) {
      const outcome = await change(server, round);
      if (round >= 0) server.outcomes.push(outcome);
    }
  }
  const { before, after } = Object.fromEntries(
    Object.entries(servers).map(([name, { outcomes }]) => [name, mediansOf(outcomes)]),
  );
  for (const what of Object.keys(after)) {
    const ratio = (after[what] / before[what]).toFixed(2);
    console.log(`${what}: before ${before[what].toFixed(0)}, after ${after[what].toFixed(0)}, ratio ${ratio}`);
  }
}

async function change({ url, jwt, pid }, round) {
  const pids = postgres === undefined ? [pid] : [pid, postgres.pid];
  await settle(pids);
  const cpu = pids.map((one) => cpuMicrosOf(one));
  const begin = performance.now();
  await inTurns(
    CHANGES,
    (index) => answerTo(url, post('/authheader/add', { name: `r${round} ${index}` }, { authorization: bearer(jwt) })),
    AT_ONCE,
  );
  const seconds = (performance.now() - begin) / 1000;
  const [server, database] = pids.map((one, at) => (cpuMicrosOf(one) - cpu[at]) / CHANGES);
  return {
    'CPU µs of the server': server,
    ...(database === undefined ? {} : { 'CPU µs of PostgreSQL': database }),
    'changes a second': CHANGES / seconds,
  };
}

function mediansOf(outcomes) {
  return Object.fromEntries(
    Object.keys(outcomes[0]).map((what) => [what, median(outcomes.map((outcome) => outcome[what]))]),
  );
}
