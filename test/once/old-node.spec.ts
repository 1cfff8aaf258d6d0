import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/command-line.js';
import { newFolder, runToEnd } from '../support/server.js';

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
    const dist = join(__dirname, '../../dist');
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
