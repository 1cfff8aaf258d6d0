import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { newFolder, runToEnd, startServer, type TestServer } from './support/server.js';

/** A folder that a server has left. */
async function leftFolder(): Promise<TestServer> {
  const server = await startServer();
  await server.stop();
  return server;
}

describe('A start that cannot succeed names the setting', () => {
  it('and the file, where the first write of a start is refused', async () => {
    const { folder } = await leftFolder();
    const database = await TestDatabase.of({ folder });
    await database.query('DELETE FROM "user"');
    await database.refuse('INSERT', 'user');
    await database.close();
    const { code, stderr, stdout } = await runToEnd({ folder });
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toMatch(/^DATABASE_URL: data\/personas\.sqlite cannot be used: /);
  });

  it.each([
    ['sqlite:/proc/x/personas.sqlite', 'ENOENT'],
    ['sqlite:/dev/null/x/personas.sqlite', 'ENOTDIR'],
  ])('where no folder can be made: %s', async (DATABASE_URL, reason) => {
    const { code, stderr } = await runToEnd({ env: { DATABASE_URL } });
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(new RegExp(`^DATABASE_URL: .*${reason}`));
  });
});

describe('A Node that is too old', () => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`;
  const line = 'Elastic Personas needs Node 20.19 or newer; this is 18.20.8\n';

  it('is named with its version by the server and by the command line, before anything else', async () => {
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}`, PORT: 'x' };
    const [started, command] = await Promise.all([
      runToEnd({ env }),
      run({ folder: newFolder() }, ['--help'], { env }),
    ]);
    expect([started.code, started.stdout, started.stderr]).toEqual([1, '', line]);
    expect([command.code, command.stdout, command.stderr]).toEqual([1, '', line]);
  });

  it.each(['main.js', 'cli.js'])('can read %s: it imports nothing that an old one may lack', (name) => {
    const dist = join(__dirname, '../dist');
    const read = [name];
    for (const file of read) {
      const code = readFileSync(join(dist, file), 'utf8');
      const imported = [...code.matchAll(/^(?:import|export)\s[^;]*?\sfrom ['"]([^'"]+)['"];?$/gm)].map(
        ([, from = '']) => from,
      );
      for (const from of imported) expect([file, from]).toEqual([file, expect.stringMatching(/^\.\//)]);
      read.push(...imported.map((from) => join(file, '..', from)));
    }
    expect(read.length).toBeLessThan(5);
  });
});
