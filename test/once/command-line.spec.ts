import { run } from '../support/command-line.js';
import { useSharedServer } from '../support/use-server.js';

const { server } = useSharedServer();

describe('The command line refuses', () => {
  it('a weak password, with 1 and one line', async () => {
    const args = ['user', 'add', '--username', 'weak', '--email', 'weak@example.com', '--password-stdin'];
    const { code, stderr } = await run(server, args, { input: 'short' });
    expect([code, stderr]).toEqual([1, 'The password must be at least 8 characters long.\n']);
  });

  it.each([
    ['an option that is malformed', ['user', 'add', '--username', 'x', '--email', 'x']],
    ['an action there is not', ['audit', 'list', '--action', 'dance']],
    ['a prompt without a terminal', ['user', 'add', '--username', 'x', '--email', 'x@example.com', '--prompt']],
    ['a password in an option', ['user', 'add', '--username', 'x', '--email', 'x@x.de', '--password=hunter2']],
  ])('%s, with 2, and repeats no value', async (_, args) => {
    const { code, stdout, stderr } = await run(server, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/hunter2|\n {4}at |Error:/);
  });

  it('a bad setting, except where only help is asked for', async () => {
    const env = { PORT: 'x' };
    const { code, stderr } = await run(server, ['user', 'list'], { env });
    expect([code, stderr]).toEqual([1, 'PORT must be an integer number\n']);
    const help = await run(server, ['user', 'list', '--help'], { env });
    expect(help).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: personas /) as string, stderr: '' });
  });
});
