import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DraftFolder } from './draft-folder.js';

describe('A draft folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'personas-test-draft-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is its own, and readable by its owner only', () => {
    const [one, other] = [new DraftFolder(join(folder, 'a')), new DraftFolder(join(folder, 'a'))];
    expect(one.file).not.toBe(other.file);
    expect(statSync(dirname(one.file)).mode & 0o777).toBe(0o700);
    one.remove();
    other.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is removed by the next one in the same folder, where the process of this machine is gone that made it', () => {
    const gone = spawnSync(process.execPath, ['--version']).pid;
    const names = [
      `a.draft-${hostname()}-${gone}-abc123`,
      `a.draft-${hostname()}-${process.pid}-abc123`,
      'a.draft-other-1-abc123',
    ];
    for (const name of names) mkdirSync(join(folder, name));
    writeFileSync(join(folder, names[0] ?? '', 'personas.sqlite'), 'half');
    new DraftFolder(join(folder, 'b')).remove();
    expect(readdirSync(folder).sort()).toEqual(names.slice(1).sort());
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is removed by %s, which others hear too', (signal) => {
    const heard = jest.fn();
    process.once(signal, heard);
    const before = process.listenerCount(signal);
    const { file } = new DraftFolder(join(folder, 'a'));
    writeFileSync(file, 'half');
    // Kept until the end of the test: without a listener the folder would end the process.
    const keep = jest.fn();
    process.on(signal, keep);
    process.emit(signal, signal);
    expect([existsSync(file), readdirSync(folder)]).toEqual([false, []]);
    expect(heard).toHaveBeenCalledTimes(1);
    process.removeListener(signal, keep);
    expect(process.listenerCount(signal)).toBe(before - 1);
  });
});
