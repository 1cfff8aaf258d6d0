import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from './command-error.js';

/** The options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  /** Of commands that print a table. */
  readonly wide?: boolean;
  /** Of commands that ask before they do what cannot be undone. */
  readonly yes?: boolean;
}

/** A command of a group, with the common options and its examples. */
export function command(group: Command, usage: string, description: string, ...examples: readonly string[]): Command {
  const path = pathOf(group);
  const text = unwrapped(description);
  return (
    group
      .command(usage)
      .description(text)
      // In the list of a group's commands.
      .summary(text.split(/(?<=[.:]) |\n/, 1)[0] ?? text)
      .option('--json', 'print JSON, with the field names of the HTTP API')
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${path} ${example}`).join('\n')}`)
  );
}

/** A group's name with those of the groups around it. */
function pathOf(group: Command): string {
  return group.parent === null ? group.name() : `${pathOf(group.parent)} ${group.name()}`;
}

/** A text whose paragraphs are one line each: a terminal breaks them, each at its own width. */
export function unwrapped(text: string): string {
  return text.replaceAll(/(?<!\n)\n(?![\n ])/g, ' ');
}

/** A command that prints a table. */
export function tabular(command: Command): Command {
  return command.option('--wide', 'on a terminal, show every column, with whole ids and times in UTC');
}

/** A command that asks on a terminal before it does what cannot be undone. */
export function confirming(command: Command): Command {
  return command.option('-y, --yes', 'do not ask on a terminal');
}

/**
 * Refuses an option together with its `--no-` form, because the first of them would be ignored.
 * @param name the option without its dashes
 */
export function refuseBoth(command: Command, name: string): void {
  const given = new Set<string>();
  for (const form of [name, `no-${name}`]) {
    command.on(`option:${form}`, () => {
      given.add(form);
      if (given.size > 1) throw new UsageError(`Use --${name} or --no-${name}, not both`);
    });
  }
}

/** Collects the values of a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** Reads a count of at least 1. */
export const readCount = countUpTo(999_999_999);

/** @returns the reader of a count from 1 to a maximum, which throws InvalidArgumentError */
export function countUpTo(max: number): (text: string) => number {
  return (text) => {
    const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Infinity;
    if (count > max) throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
    return count;
  };
}

export function readFileName(text: string): string {
  if (text === '' || text.endsWith('/')) throw new InvalidArgumentError('It must name a file.');
  return text;
}
