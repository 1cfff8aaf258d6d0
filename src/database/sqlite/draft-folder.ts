import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../../config/private-files.js';

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Process ids mean something on one machine only, and a container has a name of its own. */
const MARK = `.draft-${hostname()}-`;

/**
 * A folder for a file that is not complete yet, on the disk of the complete one. Its name is new, so that it replaces nothing,
 * and two commands at once do not share it. It is removed also when a signal ends the process, and by the next command in the
 * same folder if the process was killed.
 */
export class DraftFolder {
  /** Where the file is written. */
  readonly file: string;
  private readonly folder: string;

  /** @param complete the path of the complete file. @throws Error of the file system */
  constructor(complete: string) {
    makePrivateFolder(dirname(complete));
    removeAbandoned(dirname(complete));
    this.folder = mkdtempSync(`${complete}${MARK}${process.pid}-`);
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

/** Removes the drafts of processes of this machine that are gone: each is as large as the database. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, end] = name.split(MARK);
    const pid = Number(/^(\d+)-\w{6}$/.exec(end ?? '')?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, it answers EPERM.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
