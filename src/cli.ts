#!/usr/bin/env node
import 'reflect-metadata';
import { commandLine } from './cli/command-line.js';
import { runCommand } from './cli/run-command.js';

await runCommand(commandLine(), process.argv);
