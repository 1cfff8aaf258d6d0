import { Argument, type Command } from 'commander';
import { completionNodes } from './completion-nodes.js';
import { completionScript, type Shell, SHELLS } from './completion-scripts.js';

export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('Prints a script by which a shell completes commands and options. It reads no setting.')
    .summary('Prints the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  personas completion bash > ~/.local/share/bash-completion/completions/personas
  personas completion zsh > "\${fpath[1]}/_personas"
  personas completion fish > ~/.config/fish/completions/personas.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, program.name(), completionNodes(program)));
    });
}
