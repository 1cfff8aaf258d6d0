import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseKind, PreparedRestore } from '../database-kind.js';
import type { DraftFolder } from './draft-folder.js';
import { backUpFile, DamagedFile, replaceContent } from './sqlite-backup.js';

/** The replacement of a SQLite file by a draft in the same folder. */
export class SqliteRestore implements PreparedRestore {
  /** @param hasTables whether the file holds a database, as far as can be told without reading all of it. */
  constructor(
    private readonly database: Pick<DatabaseKind, 'name' | 'files'>,
    readonly draft: DatabaseKind,
    private readonly drafts: DraftFolder,
    private readonly hasTables: boolean,
  ) {}

  /** A damaged file is moved away, and every server must be stopped first. */
  async commit(): Promise<string | undefined> {
    const { name } = this.database;
    const kept = `${name}.before-${new Date().toISOString().replaceAll(/[-:]/g, '')}`;
    if (this.hasTables && (await isCopied(name, kept))) {
      try {
        await replaceContent(name, this.draft.name);
      } catch (error) {
        // What it keeps is in its place.
        rmSync(kept);
        throw error;
      }
      return kept;
    }
    const found = this.database.files.filter((file) => existsSync(file));
    for (const file of found) renameSync(file, kept + file.slice(name.length));
    renameSync(this.draft.name, name);
    return found.length === 0 ? undefined : kept;
  }

  discard(): void {
    this.drafts.remove();
  }
}

/** @returns whether the file could be copied; a damaged one cannot. */
async function isCopied(file: string, copy: string): Promise<boolean> {
  try {
    await backUpFile(file, copy);
    return true;
  } catch (error) {
    if (error instanceof DamagedFile) return false;
    throw error;
  }
}
