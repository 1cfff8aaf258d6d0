import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../../config/private-files.js';

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A folder for a file that is not complete yet, on the disk of the complete one. Its name is new, so that it replaces nothing,
 * and two commands at once do not share it. It is removed also when a signal ends the process.
 */
export class DraftFolder {
  /** Where the file is written. */
  readonly file: string;
  private readonly folder: string;

  /** @param complete the path of the complete file. @throws Error of the file system */
  constructor(complete: string) {
    makePrivateFolder(dirname(complete));
    this.folder = mkdtempSync(`${complete}.draft-`);
    this.file = join(this.folder, 'personas.sqlite');
    for (const signal of END_SIGNALS) process.on(signal, this.end);
  }

  /** Removes it, with all files in it. */
  readonly remove = (): void => {
    for (const signal of END_SIGNALS) process.removeListener(signal, this.end);
    rmSync(this.folder, { recursive: true, force: true });
  };

  /** The signal ends the process when the last folder is removed. */
  private readonly end = (signal: NodeJS.Signals): void => {
    this.remove();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
}
