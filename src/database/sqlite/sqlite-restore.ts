import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseKind, PreparedRestore } from '../database-kind.js';
import { backUpFile, replaceContent } from './sqlite-backup.js';

/** The replacement of a SQLite file by a draft in the same folder. */
export class SqliteRestore implements PreparedRestore {
  /** @param isWhole whether the file can be read. A damaged one is moved away, and every server must be stopped first. */
  constructor(
    private readonly database: Pick<DatabaseKind, 'name' | 'files'>,
    readonly draft: DatabaseKind,
    private readonly isWhole: boolean,
  ) {}

  async commit(): Promise<string | undefined> {
    const { name } = this.database;
    const kept = `${name}.before-${new Date().toISOString().replaceAll(/[-:]|\\.\\d+/g, '')}`;
    if (this.isWhole) {
      await backUpFile(name, kept);
      await replaceContent(name, this.draft.name);
      return kept;
    }
    const found = this.database.files.filter((file) => existsSync(file));
    for (const file of found) renameSync(file, file.replace(name, kept));
    renameSync(this.draft.name, name);
    return found.length === 0 ? undefined : kept;
  }

  discard(): void {
    for (const file of this.draft.files) rmSync(file, { force: true });
  }
}
