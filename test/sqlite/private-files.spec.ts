import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { newFolder, startServer } from '../support/server.js';

const FILES = ['personas.sqlite', 'personas.sqlite-shm', 'personas.sqlite-wal', 'secret-key'];
const OWN_FILE = 0o600;

function modesIn(folder: string): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]));
}

describe('What the server keeps is private', () => {
  let umask: number;

  beforeAll(() => {
    umask = process.umask(0o022);
  });

  afterAll(() => process.umask(umask));

  it('also in a folder that was there, and is open to everybody', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'data'), { mode: 0o755 });
    const server = await startServer({ folder });
    await (await Client.of(server)).logIn();
    expect(modesIn(join(folder, 'data'))).toEqual(Object.fromEntries(FILES.map((name) => [name, OWN_FILE])));
    expect((await run(server, ['doctor'])).code).toBe(0);
    await server.stop();
  });

  it('also in a folder that it makes for DATABASE_URL', async () => {
    const folder = newFolder();
    const server = await startServer({ folder, env: { DATABASE_URL: 'sqlite:a/b/c.sqlite' } });
    expect(['a', 'a/b'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(Object.values(modesIn(join(folder, 'a/b')))).toEqual([OWN_FILE, OWN_FILE, OWN_FILE]);
    await server.stop();
  });

  it('again after a start, where others were given rights to it', async () => {
    const first = await startServer();
    await first.stop('SIGKILL');
    const data = join(first.folder, 'data');
    chmodSync(data, 0o755);
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644);
    expect((await run(first, ['doctor'])).stdout).toMatch(/FAIL {2}files .*personas\.sqlite-wal/);
    const again = await startServer({ folder: first.folder });
    expect(modesIn(data)).toEqual(Object.fromEntries(FILES.map((name) => [name, OWN_FILE])));
    await again.stop();
  });
});
