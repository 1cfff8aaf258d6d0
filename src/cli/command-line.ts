import { Command } from 'commander';
import { auditCommands } from './audit-commands.js';
import { authHeaderCommands } from './auth-header-commands.js';
import { doctorCommand } from './doctor-command.js';
import { keyCommands } from './key-commands.js';
import { maskedLines } from './output.js';
import { secretCommands } from './secret-commands.js';
import { userCommands } from './user-commands.js';

/** The administrator's commands. What they need beside their help is loaded when one of them runs. */
export function commandLine(): Command {
  const program = new Command('personas')
    .description("Administers Elastic Personas from the server's own machine, beside running servers.")
    .exitOverride()
    // An argument that is refused may be a password typed where none is taken.
    .configureOutput({
      outputError: (text, write) => {
        write(maskedLines(text.replace(/(--[\w-]+)=[^]*?'/g, "$1'")));
      },
    })
    .showHelpAfterError('Add --help to see what it takes.')
    .addHelpText(
      'after',
      `
It reads the settings of the server: run it in the server's working folder, with the same environment or .env file.
What it changes holds on running servers within a second, and is recorded in the audit under your name.

Exit codes: 0 done, 1 refused or failed (a line on standard error says why), 2 wrong usage.

Examples:
  personas user add --username john.doe --email john.doe@example.com
  personas user disable john.doe
  personas key rotate
  personas doctor`,
    );
  for (const add of [userCommands, authHeaderCommands, keyCommands, auditCommands, secretCommands]) add(program);
  doctorCommand(program);
  return program;
}
