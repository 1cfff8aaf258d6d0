import { Command } from 'commander';
import { auditCommands } from './audit-commands.js';
import { authHeaderCommands } from './auth-header-commands.js';
import { databaseCommands } from './database-commands.js';
import { doctorCommand } from './doctor-command.js';
import { keyCommands } from './key-commands.js';
import { maskedLines } from './mask.js';
import { revocationCommands } from './revocation-commands.js';
import { secretCommands } from './secret-commands.js';
import { userCommands } from './user-commands.js';

/** The administrator's commands. Code that only their actions need is loaded when one of them runs. */
export function commandLine(): Command {
  const program = new Command('personas')
    .description("Administers Elastic Personas from the server's own machine, also while servers run.")
    .exitOverride()
    // A rejected argument may be a password typed in the wrong place, so its value is not printed.
    .configureOutput({
      outputError: (text, write) => {
        write(maskedLines(text.replace(/('--[\w-]+)=[^']*'/g, "$1'")));
      },
    })
    .showHelpAfterError('Add --help to see the usage.')
    .addHelpText(
      'after',
      `
It reads the settings of the server: run it in the server's working folder, with the same environment or .env file.
Changes take effect on running servers within a second, and are recorded in the audit log under your name.

Exit codes: 0 done, 1 refused or failed (a line on standard error says why), 2 wrong usage.

Examples:
  personas user add --username john.doe --email john.doe@example.com
  personas user disable john.doe
  personas key rotate
  personas doctor`,
    );
  for (const add of [userCommands, authHeaderCommands, keyCommands, auditCommands, secretCommands]) add(program);
  databaseCommands(program);
  revocationCommands(program);
  doctorCommand(program);
  return program;
}
