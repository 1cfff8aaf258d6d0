import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { run, runJson } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { newFolder, startServer } from '../support/server.js';
import { useServer } from '../support/use-server.js';

/** Short enough for a write during each step of a backup. */
const WRITE_PAUSE_MS = 5;

const { server, client } = useServer();

function backupFile(): string {
  return join(newFolder(), 'backup.sqlite');
}

describe('A backup', () => {
  it('is whole while the server writes, readable by its owner only, and starts with its secret', async () => {
    const jwt = await client.logIn();
    const file = backupFile();
    const end = new AbortController();
    const writing = (async () => {
      for (let count = 0; !end.signal.aborted; count++) {
        await client.addAuthHeader(jwt, { name: `n${count}` });
        await sleep(WRITE_PAUSE_MS);
      }
    })();
    const first = await client.addAuthHeader(jwt, { name: 'before' });
    const { code, stderr } = await run(server, ['database', 'backup', file]);
    end.abort();
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
    await other.stop('SIGKILL');
  });

  it('overwrites no file', async () => {
    const file = backupFile();
    writeFileSync(file, 'precious');
    const { code, stderr } = await run(server, ['database', 'backup', file]);
    expect([code, stderr]).toEqual([1, `${file} exists already: name a file that does not\n`]);
    expect(statSync(file).size).toBe(8);
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
    await server.stop('SIGKILL');
    await server.start();
    expect((await client.get('/user/me', later.token)).status).toBe(200);
    expect(readdirSync(join(server.folder, 'data')).filter((name) => name.includes('restoring'))).toEqual([]);
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
  ])('%s is refused, and changes nothing', async (_, make, reason) => {
    const jwt = await client.logIn();
    const file = backupFile();
    make(file);
    const { code, stderr } = await run(server, ['database', 'restore', file]);
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(reason);
    expect((await client.get('/user/me', jwt)).status).toBe(200);
    expect(readdirSync(join(server.folder, 'data')).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('of a backup that another secret has sealed is refused, and changes nothing', async () => {
    // A first start of its own makes a secret of its own.
    const other = await startServer({ folder: newFolder() });
    const file = backupFile();
    await run(other, ['database', 'backup', file]);
    await other.stop('SIGKILL');
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
    await lost.stop('SIGKILL');
    for (const end of ['', '-wal', '-shm']) rmSync(join(lost.folder, `data/personas.sqlite${end}`));
    expect((await run(lost, ['database', 'restore', file])).code).toBe(0);
    const again = await startServer({ folder: lost.folder });
    expect((await (await Client.of(again)).get('/user/me', token)).status).toBe(200);
    await again.stop('SIGKILL');
  });
});
