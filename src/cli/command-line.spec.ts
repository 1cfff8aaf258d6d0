import 'reflect-metadata';
import { CommanderError } from 'commander';
import { UsageError } from './command-error.js';
import { commandLine } from './command-line.js';

/** What a command line printed before any command ran. */
interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

async function parse(args: readonly string[]): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
  const error: unknown = await commandLine()
    .parseAsync(['node', 'personas', ...args])
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  jest.restoreAllMocks();
  return { ...printed, error };
}

describe('The command line refuses', () => {
  it.each([
    ['an unknown command', ['frobnicate']],
    ['a group alone', ['user']],
    ['a missing option', ['user', 'add', '--username', 'x']],
    ['a missing argument', ['user', 'disable']],
    ['an argument too many', ['user', 'add', 'hunter2', '--username', 'x', '--email', 'x@example.com']],
    ['a count that is none', ['user', 'list', '--limit', '0']],
    ['nothing to change', ['user', 'update', 'admin']],
    [
      'a date and none',
      ['user', 'update', 'admin', '--password-expires', '2099-01-01T00:00:00Z', '--no-password-expires'],
    ],
    [
      'no date and one',
      ['user', 'update', 'admin', '--no-password-expires', '--password-expires', '2099-01-01T00:00:00Z'],
    ],
    ['a password as an option', ['user', 'add', '--username', 'x', '--email', 'x@x.de', '--password', 'hunter2']],
    ['a password in an option', ['user', 'add', '--username', 'x', '--email', 'x@x.de', '--password=hunter2']],
  ])('%s as wrong usage, and repeats no value', async (_, args) => {
    const { stdout, stderr, error } = await parse(args);
    expect([CommanderError, UsageError].some((kind) => error instanceof kind)).toBe(true);
    expect(stdout).toBe('');
    // Commander has printed its own message, and nothing else prints it.
    const told = error instanceof UsageError ? error.message : stderr;
    expect(told).toMatch(/\S/);
    expect(told).not.toContain('hunter2');
  });
});

describe('--help', () => {
  const commands = commandLine().commands.flatMap((group) =>
    group.commands.length === 0 ? [[group.name()]] : group.commands.map((each) => [group.name(), each.name()]),
  );

  it('is there for every command', () => {
    expect(commands.length).toBeGreaterThan(15);
  });

  it.each([[], ...commands].map((command) => [command.join(' '), command] as const))(
    'of "%s" says what it takes, with an example',
    async (_, command) => {
      const { stdout, stderr, error } = await parse([...command, '--help']);
      expect([stderr, error]).toEqual(['', expect.objectContaining({ exitCode: 0, code: 'commander.helpDisplayed' })]);
      expect(stdout).toMatch(/^Usage: personas /);
      expect(stdout).toMatch(/\nExamples:\n {2}personas /);
      if (command.length > 0) expect(stdout).toContain('--json');
    },
  );
});
