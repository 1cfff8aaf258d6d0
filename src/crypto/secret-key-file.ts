import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makePrivateFolder, PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE } from '../config/private-files.js';

const FOLDER = dirname(SECRET_KEY_FILE);
const OWN_FILE = 0o600;

/** The secrets in the files, the current one first. */
export function readSecretKeyFiles(): string[] {
  return [SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE].map(read).filter((secret) => secret !== undefined);
}

/** Writes a temporary file and links it into place, so that two concurrent first starts share one complete secret. */
export function makeSecretKeyFile(): void {
  if (existsSync(SECRET_KEY_FILE)) return;
  makePrivateFolder(FOLDER);
  const draft = writeDraft();
  try {
    linkUnlessThere(draft, SECRET_KEY_FILE);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Makes a new secret the current one and keeps the old one as the previous one. It resumes an interrupted replacement. At
 * every moment, one of the two files holds the secret that seals. The new file gets the owner and the mode of the old one: a
 * server of another user must be able to read it. Call it under the database's write lock.
 * @returns the previous secret.
 * @throws the error of the file system; the files are then as before.
 */
export function replaceSecretKeyFile(): string {
  // The current file may have been deleted by hand during a replacement.
  if (!existsSync(SECRET_KEY_FILE)) linkUnlessThere(PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE);
  const [current, previous] = [readFileSync(SECRET_KEY_FILE, 'utf8').trim(), read(PREVIOUS_SECRET_KEY_FILE)];
  if (previous !== undefined && previous !== current) return previous;
  const draft = writeDraft(statSync(SECRET_KEY_FILE));
  try {
    linkUnlessThere(SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE);
    renameSync(draft, SECRET_KEY_FILE);
    flushFolder();
  } catch (error) {
    rmSync(draft, { force: true });
    if (read(SECRET_KEY_FILE) === current) rmSync(PREVIOUS_SECRET_KEY_FILE, { force: true });
    else restoreSecretKeyFile(current);
    throw error;
  }
  return current;
}

/** Makes the previous secret the current one again. Call it under the lock, and only if nothing is sealed with the new one. */
export function restoreSecretKeyFile(previous: string): void {
  if (read(PREVIOUS_SECRET_KEY_FILE) === previous) renameSync(PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE);
}

/** Deletes the previous secret, unless a later replacement has put another one there. Call it under the lock. */
export function removePreviousSecretKeyFile(previous: string): void {
  if (read(PREVIOUS_SECRET_KEY_FILE) === previous) rmSync(PREVIOUS_SECRET_KEY_FILE);
}

/**
 * The files next to the secret that have its name and that nothing reads: drafts of a command that was killed, and copies. They
 * are named and not deleted, since a copy can be the only way to open an old backup.
 */
export function unusedSecretKeyFiles(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith(`${basename(SECRET_KEY_FILE)}.`))
    .map((name) => join(FOLDER, name))
    .filter((file) => file !== PREVIOUS_SECRET_KEY_FILE);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param like the file whose owner and mode it gets. */
function writeDraft(like?: Pick<Stats, 'mode' | 'uid' | 'gid'>): string {
  // A process id is not unique: containers that share the folder have the same ones.
  const draft = `${SECRET_KEY_FILE}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: OWN_FILE, flag: 'wx', flush: true });
    if (like === undefined) return draft;
    const { uid, gid } = statSync(draft);
    if (uid !== like.uid || gid !== like.gid) chownSync(draft, like.uid, like.gid);
    chmodSync(draft, like.mode & 0o777);
    return draft;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** After a power cut the database must not be sealed with a secret whose name was never written. */
function flushFolder(): void {
  const folder = openSync(FOLDER, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some network file systems cannot.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(folder);
  }
}
