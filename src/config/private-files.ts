import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Where the secret is kept when SECRET_KEY is unset, relative to the working folder. */
export const SECRET_KEY_FILE = 'data/secret-key';
/** Where the one before it is, until nothing is sealed with it any more. */
export const PREVIOUS_SECRET_KEY_FILE = `${SECRET_KEY_FILE}.previous`;

const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;
const OTHERS = 0o077;

/**
 * Makes the folders that a path lacks, for this user alone. Node's own recursive `mkdir` says ENOENT on a disk that is read
 * only, and never returns in `/proc`.
 */
export function makePrivateFolder(path: string): void {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  try {
    mkdirSync(folder, OWN_FOLDER);
  } catch (error) {
    // Another process made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Makes a file that only this user may read, unless it is there, and its folder. SQLite gives the files beside a database
 * the database's mode, and a database that it makes itself what the umask leaves.
 */
export function makePrivateFile(path: string): void {
  makePrivateFolder(dirname(path));
  // One that is there is not opened: closing it would drop the locks that SQLite holds on it in this process.
  if (!existsSync(path)) closeSync(openSync(path, 'a', OWN_FILE));
}

/** Takes the rights of others away from the files that are there. A file that belongs to somebody else is left as it is. */
export function closeToOthers(paths: readonly string[]): void {
  for (const path of paths.filter(isOpenToOthers)) {
    try {
      chmodSync(path, statSync(path).mode & ~OTHERS);
    } catch {
      // Told by whoever asks for the files that are open.
    }
  }
}

/** The files that others on this machine may read or write: neither their own mode nor that of their folder forbids it. */
export function openToOthers(paths: readonly string[]): string[] {
  return paths.filter((path) => isOpenToOthers(path) && isOpenToOthers(dirname(path)));
}

/** A database, and the files that SQLite keeps beside it. */
export function databaseFiles(sqliteFile: string): string[] {
  return ['', '-wal', '-shm'].map((ending) => `${sqliteFile}${ending}`);
}

function isOpenToOthers(path: string): boolean {
  try {
    return (statSync(path).mode & OTHERS) !== 0;
  } catch {
    // What is not there, or cannot be looked at, is told by the one who opens it.
    return false;
  }
}
