import { closeSync, fsyncSync, linkSync, lstatSync, openSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import sqlite3 from 'sqlite3';
import { makePrivateFile } from '../../config/private-files.js';
import { databaseCodeOf, isDatabaseDamaged } from '../database-errors.js';
import { DatabaseFault } from '../database-kind.js';
import { DraftFolder } from './draft-folder.js';
import { BUSY_TIMEOUT_MS, openReadOnly } from './open-read-only.js';

/** All pages at once: with pauses between them, the copy begins again whenever a server has written. */
const ALL_PAGES = -1;

/** SQLite's interface for online backups, which the types of the driver lack. */
interface OnlineBackup {
  step(pages: number, done: (error: Error | null) => void): void;
  finish(done: () => void): void;
}
type BackupMethod = (
  file: string,
  destination: string,
  source: string,
  isFileDestination: boolean,
  done: (error: Error | null) => void,
) => OnlineBackup;

/** The files of a SQLite database. */
export function filesOf(file: string): string[] {
  return ['', '-wal', '-shm'].map((ending) => `${file}${ending}`);
}

/** The file cannot be read as a database. */
export class DamagedFile extends DatabaseFault {}

/**
 * Writes a consistent copy of a SQLite file while others read and write it. The copy is checked and on the disk before it gets
 * its name, so that no half of one is taken for a backup.
 * @throws DamagedFile; DatabaseFault if there is a file of that name, or the copy cannot be written
 */
export async function backUpFile(file: string, copy: string): Promise<void> {
  refuseExisting(copy);
  const source = await openReadOnly(sqlite3.Database, file).catch((error: unknown) => {
    throw new DatabaseFault(`${file} cannot be opened (${databaseCodeOf(error) ?? String(error)})`);
  });
  try {
    await writeCopy(source, copy);
  } catch (error) {
    if (isDatabaseDamaged(error)) throw new DamagedFile(`${file} is damaged, or not a database of SQLite`);
    throw describeFailure(error, copy);
  } finally {
    source.close();
  }
}

async function writeCopy(source: sqlite3.Database, copy: string): Promise<void> {
  const drafts = new DraftFolder(copy);
  try {
    // Empty files are accepted, and keep their mode.
    makePrivateFile(drafts.file);
    await run(source, 'VACUUM INTO ?', [drafts.file]);
    const written = await openReadOnly(sqlite3.Database, drafts.file);
    const [row] = await run(written, 'PRAGMA integrity_check(1)', []).finally(() => {
      written.close();
    });
    if (row?.integrity_check !== 'ok') throw new DamagedFile(`${copy} would be damaged, and was not made`);
    flush(drafts.file);
    // A link replaces no file that was made meanwhile, and a renaming would.
    linkSync(drafts.file, copy);
    flush(dirname(copy));
  } finally {
    drafts.remove();
  }
}

/** What an operator can do something about: the folder, its rights, its disk. */
function describeFailure(error: unknown, copy: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new DatabaseFault(`${copy} cannot be written: the disk is full`);
  if (code === 'EEXIST') return existsAlready(copy);
  return syscall === undefined ? error : new DatabaseFault(`${copy} cannot be written (${code})`);
}

/** Refused early: the copy takes time. A link that leads nowhere exists too. */
function refuseExisting(copy: string): void {
  let found: Stats | undefined;
  try {
    found = lstatSync(copy, { throwIfNoEntry: false });
  } catch (error) {
    throw describeFailure(error, copy);
  }
  if (found !== undefined) throw existsAlready(copy);
}

function existsAlready(copy: string): DatabaseFault {
  return new DatabaseFault(`${copy} exists already: name a file that does not`);
}

/** Replaces the content of a SQLite file by that of another one, in one transaction, while servers use the file. */
export async function replaceContent(file: string, replacement: string): Promise<void> {
  const database = await open(file);
  try {
    const start = (database as unknown as { backup: BackupMethod }).backup.bind(database);
    await new Promise<void>((resolve, reject) => {
      const backup = start(replacement, 'main', 'main', false, (error) => {
        if (error !== null) reject(error);
      });
      backup.step(ALL_PAGES, (error) => {
        backup.finish(() => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    });
  } finally {
    await new Promise<void>((resolve) => {
      database.close(() => {
        resolve();
      });
    });
  }
}

function open(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) => {
      if (error !== null) {
        reject(error);
        return;
      }
      database.configure('busyTimeout', BUSY_TIMEOUT_MS);
      resolve(database);
    });
  });
}

function run(database: sqlite3.Database, sql: string, values: readonly string[]): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    database.all<Record<string, unknown>>(sql, values, (error, rows) => {
      if (error === null) resolve(rows);
      else reject(error);
    });
  });
}

/** SQLite does not do this for the target of VACUUM INTO. */
function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
