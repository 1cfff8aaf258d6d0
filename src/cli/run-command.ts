import { type Command, CommanderError } from 'commander';
import { formatError } from './format-error.js';
import { maskedLines } from './mask.js';
import { UsageError } from './command-error.js';

const REFUSED = 1;
const WRONG_USAGE = 2;
/** How long what a command has left open may keep the process. Its output is written by then: it is written synchronously. */
const END_LIMIT_MS = 2000;

/** Runs a command and sets the exit code: 0 done, 1 refused or failed, 2 wrong usage. A failure is reported in one line. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  // A closed pipe (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
  // The driver of a database forgets a connection whose first statement has failed, and it stays open.
  setTimeout(() => process.exit(), END_LIMIT_MS).unref();
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed the message already; a group without a command is wrong usage too.
    return error.exitCode === 0 && error.code !== 'commander.help' ? 0 : WRONG_USAGE;
  }
  process.stderr.write(`${maskedLines(formatError(error))}\n`);
  return error instanceof UsageError ? WRONG_USAGE : REFUSED;
}
