import { type Command, CommanderError } from 'commander';
import { expandHelp } from './expand-help.js';
import { describeError } from './format-error.js';
import { maskedJson, maskedLines } from './mask.js';
import { UsageError } from './command-error.js';
import { hideValues } from './hide-values.js';

const REFUSED = 1;
const WRONG_USAGE = 2;
/** How long what a command has left open may keep the process. Its output is written by then: it is written synchronously. */
const END_LIMIT_MS = 2000;

/**
 * Runs a command and sets the exit code: 0 done, 1 refused or failed, 2 wrong usage. A failure is reported in one line, or as
 * JSON with `--json`.
 */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  // A closed pipe (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const args = argv.slice(2);
  try {
    await program.parseAsync(expandHelp(program, args), { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, wantsJson(args));
  }
  // The driver of a database forgets a connection whose first statement has failed, and it stays open.
  setTimeout(() => process.exit(), END_LIMIT_MS).unref();
}

/** Whether `--json` is among the arguments: also those that cannot be parsed are answered in JSON. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Commander has printed the message already, unless it is to be JSON.
    if (asJson) writeJson({ code: 'wrong_usage', message: usageComplaint(error) });
    return WRONG_USAGE;
  }
  const described = describeError(error);
  if (asJson) writeJson(described);
  else process.stderr.write(`${maskedLines(described.message)}\n`);
  return error instanceof UsageError ? WRONG_USAGE : REFUSED;
}

function usageComplaint({ code, message }: CommanderError): string {
  // A group alone prints its help.
  return code === 'commander.help' ? 'A command is missing' : hideValues(message.replace(/^error: /, ''));
}

function writeJson(body: object): void {
  process.stderr.write(`${maskedJson(body, 0)}\n`);
}
