import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretKeyFiles, replaceSecretKeyFile } from './secret-key-file.js';

type Fs = typeof fs;

// A full disk and another user's file are failures that no test can make on every machine.
jest.mock('node:fs', () => {
  const actual = jest.requireActual<Fs>('node:fs');
  const failing = ['writeFileSync', 'linkSync', 'renameSync', 'chownSync', 'statSync', 'fsyncSync'] as const;
  return { ...actual, ...Object.fromEntries(failing.map((name) => [name, jest.fn(actual[name] as () => unknown)])) };
});

const actual = jest.requireActual<Fs>('node:fs');
const OLD = 'a secret of thirty-two bytes, or more';

function failWith(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

describe('The file of the secret', () => {
  const before = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = actual.mkdtempSync(join(tmpdir(), 'personas-secret-'));
    process.chdir(folder);
    actual.mkdirSync('data', { mode: 0o700 });
    actual.writeFileSync('data/secret-key', OLD, { mode: 0o600 });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of ['writeFileSync', 'linkSync', 'renameSync', 'chownSync', 'statSync', 'fsyncSync'] as const)
      jest.mocked(fs[name] as (...given: unknown[]) => unknown).mockImplementation(actual[name] as () => unknown);
    process.chdir(before);
    actual.rmSync(folder, { recursive: true });
  });

  const expectUnchanged = () => {
    expect(actual.readdirSync('data')).toEqual(['secret-key']);
    expect(actual.readFileSync('data/secret-key', 'utf8')).toBe(OLD);
  };

  it('is replaced by one with its mode, and the one before it is kept', () => {
    actual.chmodSync('data/secret-key', 0o440);
    expect(replaceSecretKeyFile()).toBe(OLD);
    const [current, previous] = readSecretKeyFiles();
    expect([current?.length, previous]).toEqual([43, OLD]);
    expect(actual.statSync('data/secret-key').mode & 0o777).toBe(0o440);
    expect(replaceSecretKeyFile()).toBe(OLD);
    expect(readSecretKeyFiles()).toEqual([current, OLD]);
  });

  it.each(['writeFileSync', 'linkSync', 'renameSync', 'fsyncSync'] as const)(
    'is as it was, with no other file next to it, if %s meets a full disk',
    (name) => {
      jest.mocked(fs[name] as () => unknown).mockImplementationOnce(failWith('ENOSPC'));
      expect(() => replaceSecretKeyFile()).toThrow('ENOSPC');
      expectUnchanged();
    },
  );

  it('leaves no empty file where the disk is full after its creation', () => {
    jest.mocked(fs.writeFileSync).mockImplementationOnce((file) => {
      actual.writeFileSync(file, '');
      failWith('ENOSPC')();
    });
    expect(() => replaceSecretKeyFile()).toThrow('ENOSPC');
    expectUnchanged();
  });

  it("is given to the old one's owner before it takes its place, or not replaced", () => {
    const foreign = (path: fs.PathLike) => {
      const stats = actual.statSync(path);
      return path === 'data/secret-key' ? Object.assign(stats, { uid: stats.uid + 1, gid: stats.gid + 1 }) : stats;
    };
    jest.mocked(fs.statSync as (path: fs.PathLike) => fs.Stats).mockImplementation(foreign);
    jest.mocked(fs.chownSync).mockImplementationOnce(failWith('EPERM'));
    expect(() => replaceSecretKeyFile()).toThrow('EPERM');
    expectUnchanged();

    const { uid, gid } = actual.statSync('data/secret-key');
    const given: unknown[] = [];
    jest.mocked(fs.chownSync).mockImplementationOnce((...to) => {
      given.push(...to);
      expect(actual.readFileSync('data/secret-key', 'utf8')).toBe(OLD);
    });
    replaceSecretKeyFile();
    expect(given).toEqual([expect.stringMatching(/^data\/secret-key\.[0-9a-f]+$/), uid + 1, gid + 1]);
  });

  it('is found again where only the previous one is left', () => {
    actual.renameSync('data/secret-key', 'data/secret-key.previous');
    expect(replaceSecretKeyFile()).toBe(OLD);
    expect(readSecretKeyFiles().length).toBe(2);
  });
});
