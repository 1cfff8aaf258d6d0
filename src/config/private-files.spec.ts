import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differingOwners } from './private-files.js';

describe('The owners of private files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'personas-owners-'));
  const own = join(folder, 'own');
  const uid = process.getuid?.() ?? 0;

  beforeAll(() => {
    writeFileSync(own, '');
    writeFileSync(join(folder, 'second'), '');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are not named if they are the same, or the file is missing', () => {
    expect(differingOwners([own, join(folder, 'second'), join(folder, 'missing')])).toEqual([]);
    // Any user can make files in it.
    expect(differingOwners([join(tmpdir(), 'missing'), own])).toEqual([]);
  });

  it('are named if one differs', () => {
    const foreign = uid === 0 ? givenAway(join(folder, 'second')) : '/etc/passwd';
    expect(differingOwners([own, foreign])).toEqual(
      expect.arrayContaining([`${own} belongs to user ${uid}`, `${foreign} belongs to user ${uid === 0 ? 65_534 : 0}`]),
    );
  });

  it('are named for a folder that only another user can write in', () => {
    chmodSync(folder, 0o700);
    if (uid === 0) givenAway(folder);
    const paths = uid === 0 ? [own] : [own, '/etc/passwd'];
    const other = uid === 0 ? folder : '/etc';
    expect(differingOwners(paths)).toContain(`${other} belongs to user ${uid === 0 ? 65_534 : 0}`);
  });
});

/** Root can give a file to another user. */
function givenAway(path: string): string {
  chownSync(path, 65_534, 65_534);
  return path;
}
