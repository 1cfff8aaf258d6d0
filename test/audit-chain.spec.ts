import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditFinding } from '../src/audit/audit-findings.js';
import { chainsOf, recordEvents, verifyAuditOf } from './support/audit-rows.js';
import { Client } from './support/client.js';
import { run, runJson } from './support/command-line.js';
import { openDatabaseOf } from './support/open-database.js';
import { unopenedBy } from './support/sealed-values.js';
import { BEHIND_PROXY, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const LONG_AGO = new Date('2020-01-01T00:00:00.000Z');
/** Three bites. */
const OLD_EVENTS = 1500;
const NEWEST = '(SELECT MAX(sequence) FROM audit_event WHERE chain = 1)';

const { server, client, database } = useServer({ env: BEHIND_PROXY });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
  // With an event before and behind each that a test touches.
  for (let n = 0; n < 10; n++) await client.addAuthHeader(jwt, { name: `early ${n}` });
});

const found = async (noted?: string): Promise<readonly AuditFinding[]> =>
  (await verifyAuditOf(server.folder, noted)).findings.kept;
const add = (name: string, by = client) => by.addAuthHeader(jwt, { name });
const events = async () =>
  (await database.query<{ n: number }>('SELECT CAST(COUNT(*) AS integer) AS n FROM audit_event'))[0]?.n ?? 0;
const named = (row: { id: string } | undefined) => expect.objectContaining({ id: row?.id }) as unknown;

/** Puts the tables back as they were before an act. */
async function undone(act: () => Promise<void>): Promise<void> {
  const tables = ['audit_event', 'audit_chain'];
  for (const table of tables) await database.query(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  try {
    await act();
  } finally {
    for (const table of tables) {
      await database.query(`DELETE FROM ${table}`);
      await database.query(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
      await database.query(`DROP TABLE kept_${table}`);
    }
  }
  expect(await found()).toEqual([]);
}

describe('The chains of the audit', () => {
  it('hold every event of two servers and of commands that record at once, and of a server that was killed', async () => {
    const second = await startServer({ folder: server.folder, env: BEHIND_PROXY });
    const other = await Client.of(second);
    // A machine that is busy with other tests may refuse one.
    const attempt = (name: string, by: Client) => add(name, by).catch(() => undefined);
    const adding = Array.from({ length: 30 }, (_, n) => [attempt(`one ${n}`, client), attempt(`other ${n}`, other)]);
    const commands = ['anna', 'bert'].map((name) =>
      runJson(server, ['user', 'add', '--username', name, '--email', `${name}@example.com`]),
    );
    await Promise.all([...adding.flat(), ...commands]);
    const { chains, verified, uncovered, findings } = await verifyAuditOf(server.folder);
    const number = await events();
    expect([verified, uncovered, findings.kept]).toEqual([number, 0, []]);
    expect(number).toBeGreaterThan(30);
    expect(chains.reduce((sum, { sequence }) => sum + sequence, 0)).toBe(number);
    const killed = Array.from({ length: 30 }, (_, n) => attempt(`killed ${n}`, other));
    await sleep(30);
    await second.stop('SIGKILL');
    await Promise.all([...killed, add('after the kill')]);
    expect(await found()).toEqual([]);
  });

  it('have no gap after a change that was rolled back', async () => {
    await database.refuse('INSERT', 'audit_event');
    try {
      expect((await client.post('/authheader/add', { name: 'not made' }, jwt)).status).toBeGreaterThan(499);
    } finally {
      await database.allow('INSERT', 'audit_event');
    }
    await add('made');
    expect(await found()).toEqual([]);
  });

  it('are proven with another secret as well, once it has replaced the first', async () => {
    const { noted } = await verifyAuditOf(server.folder);
    expect((await run(server, ['secret', 'rotate'])).code).toBe(0);
    await add('with the new secret');
    const secret = readFileSync(join(server.folder, 'data/secret-key'), 'utf8').trim();
    expect(await unopenedBy(database, secret)).toEqual([]);
    expect(await found(noted)).toEqual([]);
  });

  it('tell an operator what was altered, removed and inserted, by its id', async () => {
    const [altered, removed, behind] = await database.query<{ id: string; sequence: number }>(
      'SELECT id, sequence FROM audit_event WHERE chain = 1 AND sequence > 4 ORDER BY sequence LIMIT 3',
    );
    const inserted = { id: 'ffffffff-inserted' };
    await undone(async () => {
      await database.query(`UPDATE audit_event SET username = 'somebody else' WHERE id = ?`, altered?.id);
      await database.query('DELETE FROM audit_event WHERE id = ?', removed?.id);
      await database.query(
        `INSERT INTO audit_event (id, at, action, outcome, username, credential, ip, user_agent, detail)
         SELECT ?, at, action, outcome, username, credential, ip, user_agent, detail FROM audit_event WHERE id = ?`,
        inserted.id,
        behind?.id,
      );
      const { code, stdout } = await run(server, ['audit', 'verify', '--json']);
      const place = removed?.sequence;
      const removal = {
        kind: 'removed',
        chain: 1,
        from: place,
        to: place,
        after: named(altered),
        before: named(behind),
      };
      expect([code, (JSON.parse(stdout) as { findings: unknown }).findings]).toEqual([
        1,
        [{ kind: 'altered', event: named(altered) }, removal, { kind: 'inserted', event: named(inserted) }],
      ]);
      const inWords = await run(server, ['audit', 'verify']);
      expect(inWords.stdout).toMatch(new RegExp(`^altered: ${altered?.id} .*\nremoved: the event ${place} of`));
      expect(inWords.stderr).toContain('3 findings');
    });
  });

  it.each([
    ['the newest event was removed', `DELETE FROM audit_event WHERE chain = 1 AND sequence = ${NEWEST}`],
    ['all events were removed', 'DELETE FROM audit_event'],
    ['all chains were removed', 'DELETE FROM audit_chain'],
    ['a chain was removed', 'DELETE FROM audit_event WHERE chain = 1; DELETE FROM audit_chain WHERE number = 1'],
    ['an event was moved', 'UPDATE audit_event SET sequence = sequence + 1000 WHERE chain = 1 AND sequence = 3'],
    [
      'all of it was made to look as from before the chains',
      'UPDATE audit_event SET chain = NULL, sequence = NULL, previous = NULL, hash = NULL',
    ],
  ])('tell that %s', async (_, statements) => {
    await undone(async () => {
      for (const statement of statements.split('; ')) await database.query(statement);
      expect(await found()).not.toEqual([]);
    });
  });

  it.each([
    ['and its last events removed', 'DELETE FROM audit_event WHERE chain = 1 AND sequence > ?'],
    ['and its last events left, so that their places are taken', 'SELECT CAST(? AS integer)'],
  ])('still tell, once further events were recorded, that an end was put back, %s', async (_, statement) => {
    await undone(async () => {
      const [kept] = await database.query<{ sequence: number; hash: string }>(
        `SELECT sequence, hash FROM audit_event WHERE chain = 1 AND sequence = ${NEWEST} - 2`,
      );
      await database.query(statement, kept?.sequence);
      await database.query(
        'UPDATE audit_chain SET sequence = ?, hash = ? WHERE number = 1',
        kept?.sequence,
        kept?.hash,
      );
      await add(`after the forgery ${_}`);
      const reason = 'its row in audit_chain was altered';
      expect(await found()).toContainEqual({ kind: 'chain', chain: 1, reason });
      expect(server.output()).toContain('The chain 1 of the audit was altered in the database');
    });
  });

  it('tell by a noted value that all of it was put back to an earlier state', async () => {
    let noted = '';
    await undone(async () => {
      await add('soon forgotten');
      ({ noted } = await verifyAuditOf(server.folder));
    });
    const { code, stdout } = await run(server, ['audit', 'verify', '--expect', noted]);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^chain 1: it ends at \d+, before the noted event \d+\n/),
    ]);
    const nonsense = await run(server, ['audit', 'verify', '--expect', 'nonsense']);
    expect([nonsense.code, nonsense.stderr]).toEqual([2, expect.stringContaining('--expect')]);
  });
});

describe('The oldest events', () => {
  it('are deleted in bites, while others are recorded, and the others stay proven', async () => {
    const dataSource = await openDatabaseOf(server.folder);
    const chains = chainsOf(dataSource, server.folder);
    await database.query('DELETE FROM audit_event');
    await database.query('DELETE FROM audit_chain');
    await dataSource.transaction((manager) => chains.begin(manager));
    await recordEvents(chains, dataSource, OLD_EVENTS, LONG_AGO);
    await server.stop('SIGKILL');
    // A start deletes what is past its age.
    await server.start();
    let added = 0;
    const deadline = Date.now() + 30_000;
    while ((await events()) > added || added < 5) {
      await add(`meanwhile ${added}`);
      added += 1;
      if (Date.now() > deadline) throw new Error('They were not deleted');
    }
    const { verified, uncovered, findings } = await verifyAuditOf(server.folder);
    expect([verified, uncovered, findings.kept]).toEqual([added, 0, []]);
    await dataSource.destroy();
  });

  it('are not those whose moment somebody has altered, as long as the ones behind them are young', async () => {
    const dataSource = await openDatabaseOf(server.folder);
    const chains = chainsOf(dataSource, server.folder);
    await recordEvents(chains, dataSource, 1, new Date());
    const bite = (before: Date) => dataSource.transaction((manager) => chains.bite(1, before, new Date(), manager));
    await undone(async () => {
      await database.query('UPDATE audit_event SET at = ? WHERE chain = 1', LONG_AGO.toISOString());
      expect(await bite(new Date('2021-01-01'))).toEqual({ deleted: 0, isLast: true });
      // One that is as the server recorded it, and is past its age, is younger than all before it.
      await recordEvents(chains, dataSource, 1, LONG_AGO);
      expect((await bite(new Date('2021-01-01'))).deleted).toBeGreaterThan(1);
      expect(await database.query('SELECT id FROM audit_event WHERE chain = 1')).toEqual([]);
    });
    await dataSource.destroy();
  });
});

describe('The export of the audit', () => {
  it('writes every event that matches, in the form of the list, with its place in a chain', async () => {
    const filter = ['--action', 'authheader.add'];
    const jsonl = await run(server, ['audit', 'export', '--format', 'jsonl', ...filter]);
    const lines = jsonl.stdout.trimEnd().split('\n');
    const { body } = await client.get<object[]>('/audit/list?action=authheader.add&limit=1', jwt);
    expect(JSON.parse(lines[0] ?? '')).toEqual(body[0]);
    expect(Object.keys(body[0] ?? {})).toEqual(expect.arrayContaining(['chain', 'sequence', 'hash']));
    const csv = await run(server, ['audit', 'export', '--format', 'csv', ...filter]);
    expect(csv.stdout.split('\r\n')).toHaveLength(lines.length + 2);
    expect(csv.stdout).toMatch(/^id,at,action,.*,chain,sequence,hash\r\n/);
  });

  it('asks for a format', async () => {
    const { code, stderr } = await run(server, ['audit', 'export', '--format', 'xml']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--format')]);
  });
});
