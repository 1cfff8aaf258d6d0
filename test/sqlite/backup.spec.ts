import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { run, runJson } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { newFolder, startServer } from '../support/server.js';
import { SqliteSession } from '../support/sqlite-session.js';
import { useServer } from '../support/use-server.js';

const { server, client } = useServer();

function backupFile(): string {
  return join(newFolder(), 'backup.sqlite');
}

describe('A backup', () => {
  it('is whole while the server writes, readable by its owner only, and starts with its secret', async () => {
    const jwt = await client.logIn();
    const file = backupFile();
    const state = { isOver: false };
    const writing = (async () => {
      let token = '';
      for (let count = 0; !state.isOver; count++) ({ token } = await client.addAuthHeader(jwt, { name: `n${count}` }));
      return token;
    })();
    const first = await client.addAuthHeader(jwt, { name: 'before' });
    const { code, stderr } = await run(server, ['database', 'backup', file]);
    state.isOver = true;
    await writing;
    expect([code, stderr]).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, '..'))).toEqual(['backup.sqlite']);

    const folder = newFolder();
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    copyFileSync(file, join(folder, 'data/personas.sqlite'));
    copyFileSync(join(server.folder, 'data/secret-key'), join(folder, 'data/secret-key'));
    const other = await startServer({ folder });
    expect((await (await Client.of(other)).get('/user/me', first.token)).status).toBe(200);
    await other.stop();
  });

  it('overwrites no file', async () => {
    const file = backupFile();
    writeFileSync(file, 'precious');
    const { code, stderr } = await run(server, ['database', 'backup', file]);
    expect([code, stderr]).toEqual([1, `${file} exists already: name a file that does not\n`]);
    expect(statSync(file).size).toBe(8);
  });

  it('removes no file of a similar name, and is made by two commands at once for one of them', async () => {
    const file = backupFile();
    writeFileSync(`${file}.draft`, 'precious');
    const outcomes = await Promise.all([1, 2].map(() => run(server, ['database', 'backup', file])));
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(outcomes.map(({ stderr }) => stderr).join('')).toBe(`${file} exists already: name a file that does not\n`);
    expect(readdirSync(join(file, '..')).sort()).toEqual(['backup.sqlite', 'backup.sqlite.draft']);
    expect(readFileSync(`${file}.draft`, 'utf8')).toBe('precious');
  });

  it.each([
    ['below a file', (folder: string) => join(folder, 'file/backup.sqlite'), 1, /backup\.sqlite cannot be written \(E/],
    ['at a link that leads nowhere', (folder: string) => join(folder, 'link'), 1, /link exists already/],
    ['without a name', () => '', 2, /must name a file/],
    ['in a folder only', (folder: string) => `${folder}/`, 2, /must name a file/],
  ])('%s is refused, and leaves nothing behind', async (_, place, expected, reason) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('nowhere', join(folder, 'link'));
    const { code, stderr } = await run(server, ['database', 'backup', place(folder)]);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(reason)]);
    expect(stderr).not.toMatch(/Error:|draft/);
    expect(readdirSync(folder).sort()).toEqual(['file', 'link']);
  });

  it('is not made where there is no database', async () => {
    const file = backupFile();
    const { code, stderr } = await run({ folder: newFolder() }, ['database', 'backup', file]);
    expect([code, existsSync(file)]).toEqual([1, false]);
    expect(stderr).toMatch(/^DATABASE_URL: there is no database/);
  });
});

describe('A restore', () => {
  it('brings back the backup under a running server, which trusts nothing from before, and lists what it undoes', async () => {
    const jwt = await client.logIn();
    const deleted = await client.addAuthHeader(jwt, { name: 'deleted since' });
    const file = backupFile();
    await run(server, ['database', 'backup', file]);
    await client.post('/authheader/delete', { text: deleted.id }, jwt);
    const added = await client.addAuthHeader(jwt, { name: 'added since' });
    expect((await client.get('/user/me', added.token)).status).toBe(200);

    const { undone, kept } = await runJson<{ undone: { action: string; target: string }[]; kept: string }>(server, [
      'database',
      'restore',
      file,
    ]);
    await sleep(REVOCATION_DELAY_MS);
    expect((await client.get('/user/me', added.token)).status).toBe(401);
    expect((await client.get('/user/me', deleted.token)).status).toBe(200);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    expect(undone).toEqual([expect.objectContaining({ action: 'authheader.delete', target: deleted.id })]);
    expect(statSync(join(server.folder, kept)).mode & 0o777).toBe(0o600);
    const { body } = await client.get<{ Events: { Action: string }[] }>('/audit/list', jwt);
    expect(JSON.stringify(body)).toContain('database.restore');
    // The server goes on writing, and what it writes stays.
    const later = await client.addAuthHeader(jwt, { name: 'later' });
    await server.stop();
    await server.start();
    expect((await client.get('/user/me', later.token)).status).toBe(200);
    expect(readdirSync(join(server.folder, 'data')).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('ends every session if it is asked to', async () => {
    const jwt = await client.logIn();
    const file = backupFile();
    await run(server, ['database', 'backup', file]);
    const { stdout } = await run(server, ['database', 'restore', file, '--end-all-sessions']);
    expect(stdout).toMatch(/^Ended sessions: [1-9]\d*\.$/m);
    await sleep(REVOCATION_DELAY_MS);
    expect((await client.get('/user/me', jwt)).status).toBe(401);
  });

  it.each([
    [
      'of a file that is no database',
      (file: string) => {
        writeFileSync(file, 'no database '.repeat(1000));
      },
      /not a database/,
    ],
    [
      'of an empty file',
      (file: string) => {
        writeFileSync(file, '');
      },
      /is empty/,
    ],
    ['of no file', () => undefined, /is missing/],
    [
      'of a folder',
      (file: string) => {
        mkdirSync(file);
      },
      /backup\.sqlite cannot be opened \(SQLITE_/,
    ],
    [
      'of the database itself',
      (file: string) => {
        symlinkSync(join(server.folder, 'data/personas.sqlite'), file);
      },
      /is the database itself/,
    ],
  ])('%s is refused, and changes nothing', async (_, make, reason) => {
    const jwt = await client.logIn();
    const file = backupFile();
    make(file);
    const { code, stderr } = await run(server, ['database', 'restore', file]);
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(reason);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    expect(readdirSync(join(server.folder, 'data')).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('of a backup that another secret has sealed is refused, and changes nothing', async () => {
    const other = await startServer({ folder: newFolder() });
    const file = backupFile();
    await run(other, ['database', 'backup', file]);
    await other.stop();
    const jwt = await client.logIn();
    const { code, stderr } = await run(server, ['database', 'restore', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not open/);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
  });

  it('makes the database again where it is lost, with the secret that is left', async () => {
    const lost = await startServer();
    const own = await Client.of(lost);
    const { token } = await own.addAuthHeader(await own.logIn());
    const file = backupFile();
    await run(lost, ['database', 'backup', file]);
    await lost.stop();
    rmSync(join(lost.folder, 'data/personas.sqlite'));
    expect((await run(lost, ['database', 'restore', file])).code).toBe(0);
    const again = await startServer({ folder: lost.folder });
    expect((await (await Client.of(again)).get('/user/me', token)).status).toBe(200);
    await again.stop();
  });

  it.each([
    ['of another program', (database: Buffer) => database.fill(7)],
    ['that was cut off', (database: Buffer) => database.subarray(0, database.length / 2)],
    ['with a page that was overwritten', (database: Buffer) => database.fill(0, 4096 * 3, 4096 * 4)],
  ])('replaces a database %s, and keeps it', async (_, damage) => {
    const stopped = await startServer();
    await stopped.stop();
    const { folder } = stopped;
    const file = backupFile();
    await run({ folder }, ['database', 'backup', file]);
    const name = join(folder, 'data/personas.sqlite');
    const damaged = damage(readFileSync(name));
    writeFileSync(name, damaged);
    const { kept } = await runJson<{ kept: string }>({ folder }, ['database', 'restore', file]);
    expect(readFileSync(join(folder, kept)).equals(damaged)).toBe(true);
    expect((await run({ folder }, ['doctor'])).code).toBe(0);
    expect(readdirSync(join(folder, 'data')).filter((file) => file.includes('draft'))).toEqual([]);
  });

  it('of a backup of a newer version names the backup', async () => {
    const file = backupFile();
    await run(server, ['database', 'backup', file]);
    const session = await SqliteSession.open(file);
    await session.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'Later2799400000000')");
    await session.query(
      "UPDATE schema_gate SET version = '9.0.0', oldest_version = '9.0.0', oldest_schema = '2799400000000'",
    );
    await session.close();
    const { code, stderr } = await run(server, ['database', 'restore', file]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^\S+backup\.sqlite cannot be used: version 9\.0\.0 .*\n$/),
    ]);
  });
});
