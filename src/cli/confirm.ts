import { ask } from './ask.js';
import { CommandError } from './command-error.js';
import { masked } from './mask.js';
import type { CommonOptions } from './options.js';

/**
 * Asks on a terminal before the command does what cannot be undone. Where input or output is no terminal, a script runs the
 * command, and is not asked: scripts are older than the question.
 * @param describeLoss tells what will be lost, as a sentence.
 * @throws CommandError if the answer is not yes; nothing may be changed then
 */
export async function confirm(
  { yes = false }: CommonOptions,
  describeLoss: () => string | Promise<string>,
): Promise<void> {
  const isWatched = [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY);
  if (yes || !isWatched) return;
  const answer = await ask(`${masked(await describeLoss())} Continue? [y/N] `);
  if (!/^\s*y(?:es)?\s*$/i.test(answer)) throw new CommandError('Nothing changed.');
}
