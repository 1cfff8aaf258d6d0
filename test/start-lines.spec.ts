import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './support/command-line.js';
import { TestDatabase } from './support/database.js';
import { leftFolder, newFolder, runToEnd } from './support/server.js';

describe('A start that cannot succeed names the setting', () => {
  it('and the file, where the first write of a start is refused', async () => {
    const { folder, databaseFile } = leftFolder();
    const database = await TestDatabase.of({ databaseFile });
    await database.query('DELETE FROM user');
    await database.query(`CREATE TRIGGER no_users BEFORE INSERT ON user BEGIN SELECT RAISE(ABORT, 'none'); END`);
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

describe('A database that a newer version has migrated', () => {
  it('is not written by this one: the start, doctor and every command say so', async () => {
    const server = leftFolder();
    const database = await TestDatabase.of(server);
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
    await database.query('PRAGMA wal_checkpoint(TRUNCATE)');
    await database.close();
    const before = readFileSync(server.databaseFile);
    const line = 'a newer version of the server has migrated it';
    const { code, stderr } = await runToEnd({ folder: server.folder });
    expect([code, stderr]).toEqual([1, `DATABASE_URL: data/personas.sqlite cannot be used: ${line}\n`]);
    const command = await run(server, ['user', 'list']);
    expect([command.code, command.stderr]).toEqual([1, stderr]);
    expect((await run(server, ['doctor'])).stdout).toContain(`FAIL  schema    ${line}`);
    expect(readFileSync(server.databaseFile).equals(before)).toBe(true);
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
