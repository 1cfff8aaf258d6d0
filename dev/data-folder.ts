import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevelopmentError } from './listen.js';

/** The folder of a development's database. It holds nothing else, and can be deleted at any time. */
export class DataFolder {
  private constructor(private readonly path: string) {}

  /**
   * Opens the folder, which is made if there is none. One whose database was not completely seeded begins again.
   * @throws DevelopmentError if it holds something else, which is not to be deleted
   */
  static open(path: string, isFresh: boolean): DataFolder {
    const folder = new DataFolder(path);
    if (existsSync(path) && readdirSync(path).length > 0 && !existsSync(folder.secretFile))
      throw new DevelopmentError(`${path} holds other files; --data takes a folder of its own`);
    if (isFresh || !folder.isSeeded) rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!existsSync(folder.secretFile))
      writeFileSync(folder.secretFile, randomBytes(32).toString('base64url'), { mode: 0o600 });
    return folder;
  }

  get database(): string {
    return join(this.path, 'personas.sqlite');
  }

  get secret(): string {
    return readFileSync(this.secretFile, 'utf8');
  }

  get isSeeded(): boolean {
    return existsSync(this.seededMark);
  }

  /** What the seed told, once it was complete. */
  get notes(): string[] {
    return this.isSeeded ? (JSON.parse(readFileSync(this.seededMark, 'utf8')) as string[]) : [];
  }

  /** @param notes what a developer has to know, at each start */
  markSeeded(notes: readonly string[]): void {
    writeFileSync(this.seededMark, JSON.stringify(notes), { mode: 0o600 });
  }

  private get secretFile(): string {
    return join(this.path, 'development-secret');
  }

  private get seededMark(): string {
    return join(this.path, 'seeded.json');
  }
}
