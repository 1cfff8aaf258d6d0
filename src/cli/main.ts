import 'reflect-metadata';
import { commandLine } from './command-line.js';
import { runCommand } from './run-command.js';

/** Settles when the command has ended. */
export const finished = runCommand(commandLine(), process.argv);
