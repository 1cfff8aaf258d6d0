import { type Command, InvalidArgumentError } from 'commander';

/** The options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** A command of a group, with the common options and its examples. */
export function command(group: Command, usage: string, description: string, ...examples: readonly string[]): Command {
  const path = [group.parent?.name(), group.name()].filter((name) => name !== undefined).join(' ');
  return group
    .command(usage)
    .description(description)
    .option('--json', 'print JSON, with the field names of the HTTP API')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${path} ${example}`).join('\n')}`);
}

/** Collects the values of a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

export function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}
