import { Client, parseAnswer, sendRaw } from '../support/client.js';
import { run } from '../support/command-line.js';
import { Contract, type OpenApi } from '../support/openapi.js';
import { newFolder, runToEnd, startServer, type TestServer } from '../support/server.js';

const PUBLIC_URL = 'https://login.example.com/auth';

let server: TestServer;
let client: Client;

beforeAll(async () => {
  // As people write it: the form that everything begins with is made of it.
  server = await startServer({ env: { PUBLIC_URL: 'HTTPS://Login.Example.com:443/auth' } });
  client = await Client.of(server);
});

afterAll(() => server.stop());

describe('PUBLIC_URL begins', () => {
  it.each(['login.example.com', 'internal:3000', 'evil.example', ''])(
    'every sample, and the server of the document, asked as %j',
    async (Host) => {
      const { body, text } = await client.callRaw<OpenApi>('GET', '/openapi.json', { Host });
      expect(body.servers.map(({ url }) => url)).toEqual([PUBLIC_URL]);
      for (const { path, 'x-codeSamples': samples = [] } of new Contract(body).operations()) {
        const start = PUBLIC_URL + (path.split('{')[0] ?? path);
        for (const { source } of samples) expect(source).toContain(start);
      }
      expect(text).not.toMatch(/internal:|evil\.example|127\.0\.0\.1|public-url/);
      const page = await client.callRaw('GET', '/docs', { Host });
      expect(page.text).toContain(`${PUBLIC_URL}/user/login`);
      expect(page.text).not.toMatch(/internal:|evil\.example|public-url/);
    },
  );

  it.each([
    ['/', '/docs'],
    ['/docs/', '/docs'],
    ['/swagger/', '/swagger'],
  ])('the redirect from %s', async (path, target) => {
    const { status, headers } = await client.get(path);
    expect([status, headers.get('location')]).toEqual([302, PUBLIC_URL + target]);
  });

  it('the link to the next page of a list', async () => {
    const jwt = await client.logIn();
    await client.logIn();
    const { headers } = await client.get('/user/sessions?limit=1', jwt);
    const [, next = ''] = /^<([^>]*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    expect(next.startsWith(`${PUBLIC_URL}/user/sessions?limit=1&cursor=`)).toBe(true);
    expect((await client.get(next.replace(PUBLIC_URL, ''), jwt)).status).toBe(200);
    // RFC 9112, section 3.2.2: so a request to a proxy is written.
    const head = `GET http://evil.example/user/%73essions?limit=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
    const again = parseAnswer(await sendRaw(server, `${head}Authorization: Bearer ${jwt}\r\n\r\n`));
    expect(again.headers.get('link')).toBe(headers.get('link'));
  });
});

describe('A bad PUBLIC_URL', () => {
  it('stops the start and `doctor` with a line that names it', async () => {
    const { code, stdout, stderr } = await runToEnd({ env: { PUBLIC_URL: 'login.example.com' } });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^PUBLIC_URL must be [^\n]*\n$/)]);
    const doctor = await run({ folder: newFolder() }, ['doctor'], { env: { PUBLIC_URL: 'https://a.example/auth/' } });
    expect([doctor.code, doctor.stdout + doctor.stderr]).toEqual([1, expect.stringContaining('PUBLIC_URL must be ')]);
  });
});
