import type { Argument, Command, Option } from 'commander';

/** A word that a shell can complete. */
export interface CompletionWord {
  readonly word: string;
  readonly description: string;
}

/** An option of a command, and the values that it can have, if they are known. */
export interface CompletionOption extends CompletionWord {
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** What can follow on a command, which is given by its words. */
export interface CompletionNode {
  /** Such as `user add`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly CompletionWord[];
  readonly options: readonly CompletionOption[];
  /** The known values of its arguments. */
  readonly values: readonly string[];
  readonly takesFile: boolean;
}

/** Every command of a program, with what can follow on it. */
export function completionNodes(program: Command): CompletionNode[] {
  const nodes = nodesBelow(program, []);
  // `help` is followed by the words of a command.
  const helped = nodes
    .filter(({ commands }) => commands.length > 0)
    .map(({ path, commands }) => ({
      path: path === '' ? 'help' : `help ${path}`,
      commands: commands.filter(({ word }) => word !== 'help'),
      options: [],
      values: [],
      takesFile: false,
    }));
  return [...nodes, ...helped];
}

function nodesBelow(command: Command, path: readonly string[]): CompletionNode[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const node = {
    path: path.join(' '),
    commands: commands.map((each) => ({ word: each.name(), description: help.subcommandDescription(each) })),
    options: help.visibleOptions(command).map(optionOf),
    values: command.registeredArguments.flatMap(({ argChoices = [] }: Argument) => argChoices),
    takesFile: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [node, ...command.commands.flatMap((each) => nodesBelow(each, [...path, each.name()]))];
}

function optionOf(option: Option): CompletionOption {
  const { description, required, optional, argChoices: values = [] } = option;
  return { word: option.long ?? option.short ?? '', description, takesValue: required || optional, values };
}
