import { closeSync, cpSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { refuseLostLog } from '../../src/database/sqlite/lost-log.js';
import { Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { TestDatabase } from '../support/database.js';
import { newFolder, runToEnd, startServer } from '../support/server.js';

describe('A killed server whose database lost what only its log had', () => {
  /** A database with an add in the file and a revocation in the log, and the index that the kill has left. */
  async function killed(): Promise<{ folder: string; databaseFile: string; token: string }> {
    const server = await startServer();
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const { token, id } = await client.addAuthHeader(jwt);
    const database = await TestDatabase.of(server);
    await database.query('PRAGMA wal_checkpoint(PASSIVE)');
    await database.close();
    expect((await client.post('/authheader/delete', { text: id }, jwt)).status).toBe(200);
    await server.stop('SIGKILL');
    return { folder: server.folder, databaseFile: server.databaseFile, token };
  }

  function copyOfScene(): string {
    const folder = newFolder();
    cpSync(scene.folder, folder, { recursive: true });
    return join(folder, 'data/personas.sqlite');
  }

  let scene: { folder: string; databaseFile: string; token: string };
  beforeAll(async () => {
    scene = await killed();
  });

  it.each<[string, (log: string) => void]>([
    [
      'deleted',
      (log) => {
        rmSync(log);
      },
    ],
    [
      'emptied',
      (log) => {
        truncateSync(log, 0);
      },
    ],
    [
      'cut',
      (log) => {
        truncateSync(log, 4096);
      },
    ],
    [
      'damaged in its first frame',
      (log) => {
        overwrite(log, 1000);
      },
    ],
    [
      'damaged in its first bytes',
      (log) => {
        overwrite(log, 0);
      },
    ],
  ])('is refused where the log was %s', (_, lose) => {
    const file = copyOfScene();
    expect(() => {
      refuseLostLog(file);
    }).not.toThrow();
    lose(`${file}-wal`);
    expect(() => {
      refuseLostLog(file);
    }).toThrow(/personas\.sqlite-wal was deleted, cut or damaged/);
  });

  it('does not start without the revocation, and says what to do, as doctor does', async () => {
    const file = copyOfScene();
    const folder = join(file, '../..');
    rmSync(`${file}-wal`);
    const { code, stderr } = await runToEnd({ folder });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^DATABASE_URL: .*data\/personas\.sqlite-wal was deleted, cut or damaged, .*database restore.*\n$/,
      ),
    ]);
    expect((await run({ folder }, ['doctor'])).stdout).toMatch(/^FAIL {2}database .*-wal was deleted, cut or damaged/m);
    // As the line says.
    rmSync(`${file}-shm`);
    await (await startServer({ folder })).stop('SIGKILL');
  });

  it('starts with it where the log is whole', async () => {
    const server = await startServer({ folder: scene.folder });
    expect((await (await Client.of(server)).get('/user/me', scene.token)).status).toBe(401);
    await server.stop('SIGKILL');
  });
});

function overwrite(file: string, at: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(64, 0x5a), 0, 64, Math.floor(at));
  closeSync(descriptor);
}
