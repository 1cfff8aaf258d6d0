import { showOnce } from '../user/show-once.js';
import { CommandError } from './command-error.js';
import { masked, maskedJson } from './mask.js';
import type { CommonOptions } from './options.js';

/** A line that is printed as it is. Every other one is masked, and with it the escapes of its colours. */
export class FinishedLine {
  constructor(readonly text: string) {}
}

export type Line = string | FinishedLine;

/** Prints a result: as JSON with `--json`, else as lines for people. */
export function print(options: CommonOptions, result: unknown, lines: readonly Line[]): void {
  process.stdout.write(textOf(options, result, lines));
}

/**
 * Prints a result that holds what is never shown again.
 * @throws CommandError if it cannot be printed; then the change must not be made.
 */
export async function printOnce(
  what: 'one-time password' | 'token',
  options: CommonOptions,
  result: unknown,
  lines: readonly Line[],
): Promise<void> {
  const { stdout } = process;
  // The others take a closed pipe for the end of a list, and end the command.
  const others = stdout.rawListeners('error') as ((error: Error) => void)[];
  stdout.removeAllListeners('error').on('error', () => undefined);
  try {
    await showOnce(textOf(options, result, lines));
  } catch (error) {
    throw new CommandError(`Nothing changed: the ${what} cannot be printed (${(error as Error).message})`);
  }
  stdout.removeAllListeners('error');
  for (const other of others) stdout.on('error', other);
}

function textOf({ json }: CommonOptions, result: unknown, lines: readonly Line[]): string {
  if (json === true) return `${maskedJson(result)}\n`;
  return lines.map((line) => `${line instanceof FinishedLine ? line.text : masked(line)}\n`).join('');
}
