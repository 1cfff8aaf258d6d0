import type { Progress } from '../database/copy-database.js';

const INTERVAL_MS = 500;

/** Shows on standard error how far a long command is, if that is a terminal. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let shownAt = 0;
  return (what, done, of) => {
    const now = performance.now();
    if (!stream.isTTY || (done < of && now - shownAt < INTERVAL_MS)) return;
    shownAt = now;
    stream.write(`\r${what}: ${done} of ${of}${done === of ? '\n' : ''}`);
  };
}

/** Says on standard error what a long command does now, if that is a terminal. */
export function sayStep(step: string, stream: NodeJS.WriteStream = process.stderr): void {
  if (stream.isTTY) stream.write(`${step}…\n`);
}
