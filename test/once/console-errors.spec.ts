import { newAddress } from '../support/client.js';
import { ConsoleVisitor } from '../support/console-visitor.js';
import { useSharedServer } from '../support/use-server.js';

const { server, database } = useSharedServer();

async function logInAs(username: string): Promise<ConsoleVisitor> {
  await database.addUser(username);
  return new ConsoleVisitor(server, newAddress()).logIn(username);
}

describe('A page of the console that tells of an error', () => {
  it('keeps the navigation of a user who is logged in', async () => {
    const visitor = await logInAs('lost.user');
    const gone = await visitor.get('/authheaders/revoke?id=00000000-0000-7000-8000-000000000000');
    expect([gone.status, gone.text]).toEqual([404, expect.stringContaining('Logged in as lost.user')]);
    const ended = await visitor.submit('/sessions/end', { id: 'none' });
    expect([ended.status, ended.text]).toEqual([404, expect.stringContaining('Logged in as lost.user')]);
  });

  it('is none of the navigation, and comes in another language at the same address', async () => {
    const visitor = await logInAs('lost.reader');
    const { status, html } = await visitor.get('/no/such/page?of=this');
    expect(status).toBe(404);
    expect(html).not.toContain('aria-current="page"');
    expect(html).toContain('href="/console/no/such/page?of=this&amp;lang=de"');
  });

  it('is not shown for a slash too many', async () => {
    const visitor = await logInAs('slash.user');
    expect((await visitor.get('/')).to).toBe('');
    expect((await visitor.get('/authheaders/?ending=soon')).to).toBe('/authheaders?ending=soon');
    expect((await visitor.get('/nowhere/')).status).toBe(404);
    expect((await visitor.get('//evil.example/')).status).toBe(404);
  });
});
