import type { Command } from 'commander';

/**
 * `help user add` as `user add --help`: commander's own command takes one word.
 * @param args the arguments of the program.
 * @returns them as they are, unless they begin with `help` and a word. A word that is no command is left as the last one, for
 * commander to refuse.
 */
export function expandHelp(program: Command, args: readonly string[]): string[] {
  const [first, ...words] = args;
  if (first !== 'help' || words.length === 0) return [...args];
  let found = program;
  const path: string[] = [];
  for (const word of words) {
    // Words behind a command that has none below it are not run as its arguments.
    if (found.commands.length === 0) break;
    path.push(word);
    const next = found.commands.find((command) => command.name() === word);
    if (next === undefined) return path;
    found = next;
  }
  return [...path, '--help'];
}
