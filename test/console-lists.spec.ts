import { newAddress } from './support/client.js';
import { ConsoleVisitor, valueIn, type VisitedPage } from './support/console-visitor.js';
import { useSharedServer } from './support/use-server.js';

const { server, client, database } = useSharedServer();
const MORE_THAN_A_PAGE = 51;

const linksTo = ({ html }: VisitedPage, page: string) =>
  [...html.matchAll(new RegExp(`href="/console${page}\\?id=([^"&]+)`, 'g'))].map(([, id]) => id);
const nextOf = ({ html }: VisitedPage, parameter: string) =>
  valueIn(html, new RegExp(`href="/console([^"]*\\b${parameter}=[^"]*)" rel="next"`)).replaceAll('&amp;', '&');

describe('A user with more than a page holds, for an administrator', () => {
  it('shows every session and every auth header, each list by its own link', async () => {
    const id = await database.addUser('much.of.all');
    const jwt = await client.logIn('much.of.all');
    for (let n = 0; n < MORE_THAN_A_PAGE; n += 1) await client.post('/authheader/add', { name: `n${n}` }, jwt);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    await database.query(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${MORE_THAN_A_PAGE})
       INSERT INTO session (id, user_id, created, expires, ip, network, user_agent)
       SELECT '0198c5a2-6f1e-7c3a-8d5b-' || (100000000000 + n), ?, ?, ?, '', '', '' FROM number`,
      id,
      new Date().toISOString(),
      soon,
    );
    const administrator = await new ConsoleVisitor(server, newAddress()).logIn();
    const first = await administrator.get(`/users/show?id=${id}`);
    const headers = await administrator.get(nextOf(first, 'authHeaders'));
    const found = [...linksTo(first, '/authheaders/revoke'), ...linksTo(headers, '/authheaders/revoke')];
    expect(new Set(found).size).toBe(MORE_THAN_A_PAGE);
    const sessions = await administrator.get(nextOf(headers, 'sessions'));
    const shown = [first, sessions].flatMap(({ html }) => [...html.matchAll(/name="session" value="([^"]+)"/g)]);
    expect(new Set(shown.map(([, session]) => session)).size).toBe(MORE_THAN_A_PAGE + 1);
    const own = await new ConsoleVisitor(server, newAddress()).logIn('much.of.all');
    expect((await own.get('')).text).toContain('50 open sessions+');
  });
});
