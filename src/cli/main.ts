import 'reflect-metadata';
import { commandLine } from './command-line.js';
import { runCommand } from './run-command.js';

await runCommand(commandLine(), process.argv);
