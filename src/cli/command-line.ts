import { Command } from 'commander';
import { VERSION } from '../config/version.js';
import { auditCommands } from './audit-commands.js';
import { authHeaderCommands } from './auth-header-commands.js';
import { completionCommand } from './completion-command.js';
import { databaseCommands } from './database-commands.js';
import { doctorCommand } from './doctor-command.js';
import { hideValues } from './hide-values.js';
import { keyCommands } from './key-commands.js';
import { maskedLines } from './mask.js';
import { unwrapped } from './options.js';
import { revocationCommands } from './revocation-commands.js';
import { secretCommands } from './secret-commands.js';
import { sessionCommands } from './session-commands.js';
import { styled } from './terminal.js';
import { userCommands } from './user-commands.js';

/**
 * The administrator's commands. Code that only their actions need is loaded when one of them runs.
 * @param isSilent whether a complaint about the arguments is left to the caller.
 */
export function commandLine(isSilent = false): Command {
  const program = new Command('personas')
    .description(
      unwrapped(`Administers Elastic Personas from the server's own machine, also while servers run.

It reads the settings of the server: run it in the server's working folder, with the same environment or .env file. Changes
take effect on running servers within a second, and are recorded in the audit log under your name.

On a terminal, lists are tables that fit, and what cannot be undone is asked for; elsewhere, lists are lines whose cells are
separated by tabs, and nothing is asked.

Exit codes: 0 done, 1 refused or failed (standard error says why), 2 wrong usage.`),
    )
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeErr: (text) => isSilent || process.stderr.write(text),
      outputError: (text, write) => {
        write(maskedLines(hideValues(text)));
      },
    })
    // Commander removes the style where there are no colours.
    .configureHelp({ styleTitle: (title) => styled(title, 'bold', { hasColors: true }) })
    .showHelpAfterError('Add --help to see the usage.')
    .addHelpText(
      'after',
      `
Examples:
  personas user add --username john.doe --email john.doe@example.com
  personas user disable john.doe
  personas audit list --since 24h --outcome refused
  personas key rotate
  personas doctor`,
    );
  const groups = [userCommands, sessionCommands, authHeaderCommands, keyCommands, auditCommands, secretCommands];
  for (const add of [...groups, databaseCommands, revocationCommands, doctorCommand, completionCommand]) add(program);
  return program;
}
