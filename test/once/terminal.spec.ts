import { widthOf } from '../../src/cli/terminal.js';
import { run } from '../support/command-line.js';
import { newFolder } from '../support/folders.js';
import { MAIN } from '../support/launch.js';
import { type Answer, runOnTerminal } from '../support/pseudo-terminal.js';
import { useSharedServer } from '../support/use-server.js';

const { server, client, database } = useSharedServer();

const lines = (screen: string): string[] => screen.split('\r\n').filter(Boolean);

describe('On a terminal', () => {
  it.each(['user', 'authheader', 'audit'])('each line of %s list fits into 60 columns', async (group) => {
    const name = `terminal-${group}`;
    await database.addUser(`${name}-with a very long name of 日本 and കേരളം that no terminal has room for`);
    await database.addUser(name);
    const scopes = ['orders:read', 'orders:write'];
    await client.addAuthHeader(await client.logIn(name), { name: 'a long name of an auth header', scopes });
    const options = { columns: 60, env: { NO_COLOR: '1' } };
    const { code, screen } = await runOnTerminal(server, [group, 'list', '--limit', '20'], options);
    expect(code).toBe(0);
    expect(lines(screen).length).toBeGreaterThan(1);
    expect(lines(screen).filter((line) => widthOf(line) > 60)).toEqual([]);
    expect(screen).not.toContain('\u001b');
  });

  it('what cannot be undone is asked for, and is done after yes only', async () => {
    const remove = (name: string, ...answers: Answer[]) => runOnTerminal(server, ['user', 'delete', name], { answers });
    await database.addUser('asked-for');
    const question = 'asked-for will be deleted, and will lose all sessions and auth headers. Continue? [y/N] ';
    const refused = await remove('asked-for', ['[y/N] ', 'n']);
    expect([refused.code, lines(refused.screen).at(-1)]).toEqual([1, 'Nothing changed.']);
    expect(refused.screen).toContain(question);
    expect(await database.query('SELECT 1 FROM "user" WHERE username = ?', 'asked-for')).toHaveLength(1);
    const done = await remove('asked-for', ['[y/N] ', 'y']);
    expect([done.code, lines(done.screen).at(-1)]).toEqual([0, 'asked-for is deleted.']);
    await database.addUser('not-asked-for');
    const unasked = await runOnTerminal(server, ['user', 'delete', 'not-asked-for', '--yes']);
    expect(lines(unasked.screen)).toEqual(['not-asked-for is deleted.']);
  });

  it('a password is asked for twice, and never shown', async () => {
    const args = ['user', 'add', '--username', 'prompted', '--email', 'prompted@example.com', '--prompt'];
    const password = 'a password that nobody sees';
    const answers: Answer[] = [
      ['Password: ', password],
      ['Again: ', password],
    ];
    const { code, screen } = await runOnTerminal(server, args, { answers });
    expect([code, screen.includes(password)]).toEqual([0, false]);
    await client.logIn('prompted', password);
  });

  it('a server says where its pages are, and ends by Ctrl-C', async () => {
    const options = { program: MAIN, env: { PORT: '0' }, answers: [['/swagger', '\u0003']] as const };
    const { screen } = await runOnTerminal({ folder: newFolder() }, [], options);
    const [, url = ''] = /answers at (\S+)/.exec(screen) ?? [];
    expect(lines(screen)).toEqual(
      expect.arrayContaining([
        `  console     ${url}/console`,
        `  reference   ${url}/docs`,
        `  Swagger UI  ${url}/swagger`,
      ]),
    );
  });

  it('a name that sets nothing is told before the command works on what was not meant', async () => {
    const env = { DATABASE_URI: 'sqlite:elsewhere.sqlite' };
    const { screen } = await runOnTerminal(server, ['user', 'list', '--limit', '1'], { env });
    expect(lines(screen)[0]).toBe('Warning: DATABASE_URI is not a setting and is ignored; did you mean DATABASE_URL?');
    expect((await run(server, ['user', 'list', '--limit', '1'], { env })).stderr).toBe('');
  });
});
