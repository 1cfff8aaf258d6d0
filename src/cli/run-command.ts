import { type Command, CommanderError } from 'commander';
import { lineOf } from './error-line.js';
import { maskedLines } from './output.js';
import { WrongUsage } from './refusal.js';

const REFUSED = 1;
const WRONG_USAGE = 2;

/** Runs a command to its exit code: 0 done, 1 refused or failed, 2 wrong usage. Whatever fails is told in a line. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has told it already; a group without its command is wrong usage too.
    return error.exitCode === 0 && error.code !== 'commander.help' ? 0 : WRONG_USAGE;
  }
  process.stderr.write(`${maskedLines(lineOf(error))}\n`);
  return error instanceof WrongUsage ? WRONG_USAGE : REFUSED;
}
