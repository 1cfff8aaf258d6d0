import 'reflect-metadata';
import { commandLine } from './command-line.js';
import { runCommand, wantsJson } from './run-command.js';

/** Settles when the command has ended. */
export const finished = runCommand(commandLine(wantsJson(process.argv.slice(2))), process.argv);
