import { chmodSync, closeSync, existsSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The file of the secret if SECRET_KEY is unset, relative to the working folder. */
export const SECRET_KEY_FILE = 'data/secret-key';
/** The file of the previous secret, until no value is sealed with it. */
export const PREVIOUS_SECRET_KEY_FILE = `${SECRET_KEY_FILE}.previous`;

const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;
const OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Creates the missing folders of a path, for this user only. The recursive `mkdir` of Node reports ENOENT on a read-only disk
 * and never returns in `/proc`.
 */
export function makePrivateFolder(path: string): void {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  try {
    mkdirSync(folder, OWN_FOLDER);
  } catch (error) {
    // Another process may have created it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Creates a file that only this user can read, unless it exists, and its folder. SQLite gives the other files of a database
 * the mode of the database, and gives a database that it creates the mode of the umask.
 */
export function makePrivateFile(path: string): void {
  makePrivateFolder(dirname(path));
  // An existing file is not opened, because closing it would release the locks that SQLite holds on it in this process.
  if (!existsSync(path)) closeSync(openSync(path, 'a', OWN_FILE));
}

/** Removes the rights of other users from the existing files. A file that belongs to another user stays as it is. */
export function closeToOthers(paths: readonly string[]): void {
  for (const path of paths.filter(isOpenToOthers)) {
    try {
      chmodSync(path, statSync(path).mode & ~OTHERS);
    } catch {
      // `openToOthers` reports it.
    }
  }
}

/** The files that other users of this machine can read or write: neither the mode of the file nor of its folder forbids it. */
export function openToOthers(paths: readonly string[]): string[] {
  return paths.filter((path) => isOpenToOthers(path) && isOpenToOthers(dirname(path)));
}

/**
 * What differs in the owners of existing files and their folders, each with its owner; empty if nothing does. A folder that more
 * users may write in may belong to another user.
 */
export function differingOwners(paths: readonly string[]): string[] {
  const folders = paths.map(dirname).filter((folder) => !mayBeWrittenByMore(folder));
  const owners = [...new Set([...paths, ...folders])].flatMap((path) => {
    const uid = statOf(path)?.uid;
    return uid === undefined ? [] : [{ path, uid }];
  });
  const isSame = owners.every(({ uid }) => uid === owners[0]?.uid);
  return isSame ? [] : owners.map(({ path, uid }) => `${path} belongs to user ${uid}`);
}

function isOpenToOthers(path: string): boolean {
  return ((statOf(path)?.mode ?? 0) & OTHERS) !== 0;
}

function mayBeWrittenByMore(folder: string): boolean {
  return ((statOf(folder)?.mode ?? 0) & WRITABLE_BY_OTHERS) !== 0;
}

/** Undefined for a missing or inaccessible file, which is reported when it is opened. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
