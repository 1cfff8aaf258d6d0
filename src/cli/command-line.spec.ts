import 'reflect-metadata';
import { type Command, CommanderError } from 'commander';
import { VERSION } from '../config/version.js';
import { UsageError } from './command-error.js';
import { commandLine } from './command-line.js';
import { expandHelp } from './expand-help.js';
import { runCommand, wantsJson } from './run-command.js';

/** What a command line printed before any command ran. */
interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

/** The commands in the groups of a program, at any depth, with their words. */
function commandsBelow(group: Command, path: readonly string[] = []): { words: string[]; command: Command }[] {
  return group.commands.flatMap((command) => {
    const words = [...path, command.name()];
    return command.commands.length === 0 ? [{ words, command }] : commandsBelow(command, words);
  });
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
  const commands = commandsBelow(commandLine()).map(({ words }) => words);

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
      // A script of a shell is no result.
      if (!['', 'completion'].includes(command.join(' '))) expect(stdout).toContain('--json');
    },
  );
});

describe('help', () => {
  it.each([
    [['help'], 'personas [options] [command]'],
    [['help', 'user'], 'personas user [options] [command]'],
    [['help', 'user', 'add'], 'personas user add [options]'],
    [['help', 'authheader', 'delete', 'ep_Ab12…9xYz'], 'personas authheader delete [options] <authheader>'],
  ])('%j prints the usage of the command, and runs nothing', async (args, usage) => {
    const program = commandLine();
    const { stdout, stderr, error } = await parse(expandHelp(program, args));
    expect([stderr, error]).toEqual(['', expect.objectContaining({ exitCode: 0 })]);
    expect(stdout).toMatch(`Usage: ${usage}\n`);
  });

  it('of an unknown command names the nearest one', async () => {
    const { stderr, error } = await parse(expandHelp(commandLine(), ['help', 'user', 'ad']));
    expect([stderr, error]).toEqual([expect.stringContaining('(Did you mean add?)'), expect.any(CommanderError)]);
  });

  it.each([[['--help']], [['user', '--help']], [['key', 'rotate', '--help']], [['database', 'restore', '--help']]])(
    '%j wraps its text once, within 80 columns',
    async (args) => {
      const { stdout } = await parse(args);
      const [text = ''] = stdout.split('\nExamples:');
      const lines = text.split('\n');
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
      // A line is short only if the next word does not fit, or its paragraph ends.
      const broken = lines.filter((line, at) => {
        const [next = ''] = (lines[at + 1] ?? '').split(' ');
        return /^[A-Z]/.test(line) && next !== '' && line.length + 1 + next.length <= 80;
      });
      expect(broken).toEqual([]);
    },
  );
});

it('--version prints the version', async () => {
  const { stdout, error } = await parse(['--version']);
  expect([stdout, error]).toEqual([`${VERSION}\n`, expect.objectContaining({ exitCode: 0 })]);
});

describe('A failure', () => {
  // The end of a command ends its process.
  beforeAll(() => jest.useFakeTimers());
  afterAll(() => jest.useRealTimers());

  async function failure(args: readonly string[]): Promise<{ stderr: string; exitCode: unknown }> {
    let stderr = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += String(text);
      return true;
    });
    await runCommand(commandLine(wantsJson(args)), ['node', 'personas', ...args]);
    jest.restoreAllMocks();
    const { exitCode } = process;
    process.exitCode = 0;
    return { stderr, exitCode };
  }

  it.each([
    [['frobnicate', '--json'], 'unknown command'],
    [['user', 'list', '--json', '--limit', '0'], 'It must be a whole number'],
    [['user', 'add', '--json'], 'required option'],
    [['user', 'add', '--json', '--username', 'x', '--email', 'x@x.de', '--password=hunter2'], 'unknown option'],
    [['user', 'update', 'x', '--json'], 'Give at least one option to change'],
    [['authheader', 'update', 'x', '--json'], 'Give at least one option to change'],
    [['authheader', 'update', 'x', '--json', '--scope', 'a', '--no-scopes'], 'Use --scope or --no-scopes, not both'],
    [
      ['authheader', 'update', 'x', '--json', '--expires', 'soon', '--no-expires'],
      'Use --expires or --no-expires, not both',
    ],
    [['authheader', 'update', 'x', '--json', '--requests', '5'], 'Give --requests and --window-seconds together'],
    ...['3651', '99999999', '0', 'soon'].map((days): [string[], string] => [
      ['authheader', 'list', '--json', '--expiring', days],
      'a whole number from 1 to 3650',
    ]),
    [['session', 'end', 'x', '--json'], 'Give a session, or --all'],
    [['audit', 'list', '--json', '--since', '1d', '--from', '2d'], 'Use --since or --from, not both'],
  ])('of %j is one line of JSON on standard error', async (args, message) => {
    const { stderr, exitCode } = await failure(args);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toEqual({ code: 'wrong_usage', message: expect.stringContaining(message) as string });
    expect(stderr).toMatch(/^.*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('is text without --json, and where --json is a value', async () => {
    const args = ['authheader', 'delete', '--', '--json', 'one too many'];
    expect(await failure(args)).toEqual({ stderr: expect.stringMatching(/^error: too many/) as string, exitCode: 2 });
  });
});

it('Every command that cannot be undone has --yes, and no other', () => {
  const asking = commandsBelow(commandLine())
    .filter(({ command }) => command.options.some(({ long }) => long === '--yes'))
    .map(({ words }) => words.join(' '));
  const expected = [
    'user factor remove',
    'user disable',
    'user delete',
    'user reset',
    'session end',
    'authheader rotate',
    'authheader delete',
  ];
  expect(asking).toEqual([...expected, 'key rotate', 'key revoke', 'database restore', 'database restored']);
});
