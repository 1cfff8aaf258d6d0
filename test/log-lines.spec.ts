import { LOGIN_LIMITS } from '../src/login/login-limits.js';
import { VERSION } from '../src/config/version.js';
import { tryAt } from './support/attempts.js';
import { cheapProgram } from './support/changed-program.js';
import { newAddress } from './support/client.js';
import { timeUntil } from './support/command-line.js';
import { ADMIN, BEHIND_PROXY } from './support/server.js';
import { useServer } from './support/use-server.js';

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const SECRET = 'a secret that no log may have, of 32 bytes or more';

describe.each([1, 2])('The log of a server with %d processes', (workers) => {
  const { server, client, database } = useServer({
    env: { ...BEHIND_PROXY, WORKERS: String(workers), SECRET_KEY: SECRET, JWT_TTL: '30m' },
    get main() {
      return cheapProgram();
    },
  });

  const linesWith = (text: string): string[] =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(text));

  it('has one line of the start, with the version, the address, the database and what is set, and no secret', () => {
    const [line = '', ...others] = linesWith('answers at');
    expect(others).toEqual([]);
    expect(line).toMatch(
      new RegExp(
        `^${TIME} LOG \\[Server\\] Elastic Personas answers at ${server.url} \\(version ${VERSION}, process \\d+, `,
      ),
    );
    expect(line).toMatch(/ database (?:data\/personas\.sqlite|the database \w+ at 127\.0\.0\.1:\d+), settings /);
    for (const setting of ['JWT_TTL=30m', 'SECRET_KEY=(set)', 'BOOTSTRAP_PASSWORD=(set)'])
      expect(line).toContain(setting);
    for (const secret of [SECRET, ADMIN.password, 'postgres:']) expect(server.output()).not.toContain(secret);
  });

  it.each([
    ['admin', 'admin'],
    ['x from 198.51.100.7; throttled', '"x from 198.51.100.7; throttled"'],
    ['a password in the wrong field', 'an unknown name'],
  ])('has one line of a burst of wrong passwords for %s, whichever processes they reach', async (username, shown) => {
    if (shown.startsWith('"')) await database.addUser(username);
    const address = newAddress();
    const here = client.from(address);
    const burst = Array.from({ length: LOGIN_LIMITS.attemptsPerAccountAndNetwork + 5 }, () => tryAt(here, username));
    const statuses = (await Promise.all(burst)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(LOGIN_LIMITS.attemptsPerAccountAndNetwork);
    await timeUntil(() => Promise.resolve(linesWith(`from ${address};`).length > 0));
    expect(linesWith(`from ${address};`)).toEqual([
      expect.stringMatching(new RegExp(`^${TIME} WARN \\[Login\\] 10 wrong passwords for ${shown} from `)),
    ]);
    expect(linesWith('wrong field')).toEqual([]);
  });

  it('has one line of the stop, the last one', async () => {
    const before = server.output();
    await server.stop();
    await timeUntil(() => Promise.resolve(server.output().includes('Stopped by')));
    expect(server.output().slice(before.length)).toMatch(
      new RegExp(`^${TIME} LOG \\[Server\\] Stopped by SIGTERM after \\d+ (?:s|min)\n$`),
    );
  });
});
