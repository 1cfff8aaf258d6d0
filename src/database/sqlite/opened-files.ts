import { existsSync, statSync } from 'node:fs';
import { DatabaseMoved } from '../database-errors.js';
import { filesOf } from './sqlite-backup.js';

/**
 * The files of a SQLite database as this process has opened them. SQLite goes on with a file that was deleted or replaced: every
 * write would be acknowledged and lost at the end of the process, and nothing that others revoke in the new file would be seen.
 */
export class OpenedFiles {
  private identities: ReadonlyMap<string, string> = new Map();

  constructor(private readonly file: string) {}

  /** Call it once the write-ahead log exists. It stays until the last connection is closed. */
  remember(): void {
    const files = filesOf(this.file).filter(existsSync);
    this.identities = new Map(files.map((file) => [file, identityOf(file)]));
  }

  /** The files at whose path there is no file, or another one. */
  missing(): string[] {
    return [...this.identities].filter(([file, identity]) => identityOf(file) !== identity).map(([file]) => file);
  }

  /** Call it before a write, and before its acknowledgement. @throws DatabaseMoved */
  refuseWrite(): void {
    if (this.missing().length > 0) throw new DatabaseMoved();
  }

  /** A file that is gone is still read: nobody else can revoke anything in it. @throws DatabaseMoved if another one is at its path */
  refuseRead(): void {
    const opened = this.identities.get(this.file);
    if (opened === undefined) return;
    const found = identityOf(this.file);
    if (found !== opened && found.includes(' ')) throw new DatabaseMoved();
  }
}

const opened = new Map<string, OpenedFiles>();

/** What this process has opened at a path. */
export function openedFilesOf(file: string): OpenedFiles {
  let files = opened.get(file);
  if (files === undefined) opened.set(file, (files = new OpenedFiles(file)));
  return files;
}

/** What tells one file from another at the same path: its device and inode. A database without content is none. */
function identityOf(file: string): string {
  try {
    const { dev, ino, size } = statSync(file);
    const isEmptied = size === 0 && !file.endsWith('-wal');
    return isEmptied ? 'empty' : `${dev} ${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
