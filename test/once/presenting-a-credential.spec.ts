import { parseAnswer, sendRaw } from '../support/client.js';
import { useSharedServer } from '../support/use-server.js';

const CHALLENGE = 'Bearer realm="elastic-personas"';
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`;
interface Who {
  Credential: { Kind: string };
}

describe('Presenting a credential', () => {
  const { server, client } = useSharedServer();
  let jwt: string;
  let token: string;

  beforeAll(async () => {
    jwt = await client.logIn();
    ({ token } = await client.addAuthHeader(jwt));
  });

  const ask = (headers: Record<string, string>) => client.call<Who>('GET', '/user/me', { headers });

  /** Asks with header lines written to the letter. */
  const askRaw = async (...lines: string[]) => {
    const head = ['GET /user/me HTTP/1.1', 'Host: localhost', 'Connection: close', ...lines];
    const answer = await sendRaw(server, `${head.join('\r\n')}\r\n\r\n`);
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
    const [answerHead = '', text = ''] = answer.split('\r\n\r\n', 2);
    expect(answerHead).toMatch(/^content-type: application\/json; charset=utf-8$/im);
    const body = JSON.parse(text) as Record<string, unknown>;
    return { status: Number(status), body };
  };

  const expectRefused = ({ status, body, headers }: Awaited<ReturnType<typeof ask>>) => {
    expect(status).toBe(401);
    expect(body).toMatchObject({ statusCode: 401, code: 'invalid_token' });
    expect(headers.get('www-authenticate')).toBe(INVALID_TOKEN);
  };

  describe('in a documented form', () => {
    it.each([
      ['Authorization: Bearer', (value: string) => ({ Authorization: `Bearer ${value}` })],
      ['Authorization: bearer', (value: string) => ({ Authorization: `bearer ${value}` })],
      ['authorization: BEARER', (value: string) => ({ authorization: `BEARER ${value}` })],
      ['AUTHORIZATION: bEaReR', (value: string) => ({ AUTHORIZATION: `bEaReR ${value}` })],
      ['Authorization:', (value: string) => ({ Authorization: value })],
      ['X-Authorization:', (value: string) => ({ 'X-Authorization': value })],
    ])('is accepted as "%s", be it a JWT or an auth header', async (_, form) => {
      for (const [value, kind] of [
        [jwt, 'jwt'],
        [token, 'auth-header'],
      ] as const) {
        const { status, body } = await ask(form(value));
        expect(status).toBe(200);
        expect(body.Credential.Kind).toBe(kind);
      }
    });

    it('is accepted as X-API-Key if it is an auth header, and refused if it is a JWT and stands nowhere else', async () => {
      const { status, body } = await ask({ 'X-API-Key': token });
      expect(status).toBe(200);
      expect(body.Credential.Kind).toBe('auth-header');
      expectRefused(await ask({ 'X-API-Key': jwt }));
      expect((await ask({ 'X-API-Key': jwt, Authorization: `Bearer ${jwt}` })).status).toBe(200);
    });
  });

  describe('more than once', () => {
    it('is accepted if it is the same', async () => {
      const repetitions: Record<string, string>[] = [
        { Authorization: `Bearer ${token}`, 'X-API-Key': token },
        { Authorization: token, 'X-Authorization': token, 'X-API-Key': token },
        { Authorization: `Bearer ${jwt}`, 'X-Authorization': jwt },
      ];
      for (const headers of repetitions) expect((await ask(headers)).status).toBe(200);
      expect((await askRaw(`Authorization: Bearer ${jwt}`, `Authorization: ${jwt}`)).status).toBe(200);
    });

    it('is refused if they differ, good or not, whichever comes first', async () => {
      const other = await client.logIn();
      const values = [jwt, other, token, 'nonsense'];
      const pairs = values.flatMap((one) => values.filter((two) => two !== one).map((two) => [one, two] as const));
      for (const [one, two] of pairs) {
        const answer = await ask({ Authorization: `Bearer ${one}`, 'X-Authorization': two });
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ code: 'two_credentials' });
        const repeated = await askRaw(`Authorization: Bearer ${one}`, `Authorization: Bearer ${two}`);
        expect(repeated).toMatchObject({ status: 400, body: { code: 'two_credentials' } });
      }
      expect((await ask({ Authorization: jwt, 'X-API-Key': token })).status).toBe(400);
    });
  });

  describe('next to a header without one', () => {
    /** With a valid credential, first uncached and then cached, and with none. */
    const expectUnread = async (...lines: string[]) => {
      for (const path of ['/user/me', '/auth/verify']) {
        const { token: fresh } = await client.addAuthHeader(jwt);
        for (let time = 1; time <= 2; time++) {
          for (const good of [`X-API-Key: ${fresh}`, `X-Authorization: ${jwt}`]) {
            for (const all of [[good].concat(lines), lines.concat(good)]) {
              expect([path, all, (await rawStatus(path, all)).status]).toEqual([path, all, 200]);
            }
          }
        }
        expect(await rawStatus(path, lines)).toEqual({ status: 401, challenge: CHALLENGE });
      }
    };
    const rawStatus = async (path: string, lines: readonly string[]) => {
      const head = [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines];
      const { status, headers } = parseAnswer(await sendRaw(server, `${head.join('\r\n')}\r\n\r\n`));
      return { status, challenge: headers.get('www-authenticate') };
    };

    it.each([
      ['Authorization:'],
      ['Authorization: '],
      ['Authorization: Bearer'],
      ['Authorization: Bearer  '],
      ['X-Authorization:'],
      ['X-API-Key: '],
      ['Authorization:', 'X-Authorization:', 'X-API-Key:', 'authorization: bearer'],
    ])('is accepted, since an empty header is none: %s', async (...lines) => {
      await expectUnread(...lines);
    });

    it.each(['Basic dTpw', 'basic dTpw', 'Digest username="u"', 'Negotiate YIIJvwYG', 'NTLM TlRMTVNT'])(
      'is accepted, since another scheme is not read: %s',
      async (value) => {
        await expectUnread(`Authorization: ${value}`);
      },
    );
  });

  describe('that is missing', () => {
    it('is asked for with a challenge that names no error', async () => {
      const { status, body, headers } = await ask({});
      expect(status).toBe(401);
      expect(body).toMatchObject({ statusCode: 401, code: 'credential_required' });
      expect(headers.get('www-authenticate')).toBe(CHALLENGE);
    });

    it('is not missed where it is public, nor is a bad one looked at', async () => {
      for (const path of ['/health/live', '/health/ready', '/.well-known/jwks.json', '/docs', '/openapi.json']) {
        expect((await client.get(path)).status).toBe(200);
        expect((await client.get(path, 'ep_nonsense')).status).toBe(200);
      }
    });

    it.each(['token', 'access_token', 'authorization', 'api_key', 'apikey', 'x-api-key', 'jwt', 'auth_token'])(
      'is what one in the query, the body or a cookie counts as: %s',
      async (name) => {
        for (const value of [jwt, token]) {
          const pair = `${name}=${encodeURIComponent(value)}`;
          const answers = [
            await client.get(`/user/me?${pair}`),
            await client.call('GET', '/user/me', { headers: { cookie: pair } }),
            await client.post('/authheader/add', { name: 'a', [name]: value }),
          ];
          for (const { status, headers } of answers) {
            expect(status).toBe(401);
            expect(headers.get('www-authenticate')).toBe(CHALLENGE);
          }
          const contentType = 'application/x-www-form-urlencoded';
          const form = await client.call('POST', '/authheader/add', { body: `name=a&${pair}`, contentType });
          expect([401, 415]).toContain(form.status);
        }
      },
    );
  });

  describe('that is bad', () => {
    it.each([
      'x',
      'ep_',
      'ep_x',
      'a.b.c',
      'a.b',
      '..',
      'eyJhbGciOiJub25lIn0.e30.',
      'null',
      'undefined',
      '%E0%A4%A',
      'ep_%00',
      '{"$ne":null}',
      "' OR 1=1--",
    ])('is refused as invalid_token: %s', async (value) => {
      expectRefused(await ask({ Authorization: `Bearer ${value}` }));
      expectRefused(await ask({ Authorization: value }));
      expectRefused(await ask({ 'X-Authorization': value }));
      expectRefused(await ask({ 'X-API-Key': value }));
    });

    it('is refused with the same words whether its checksum is wrong or nobody has it', async () => {
      const { token: unknown } = await client.addAuthHeader(jwt);
      await client.post('/authheader/delete', { text: unknown }, jwt);
      const wrongChecksum = `${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`;
      const values = [unknown, wrongChecksum, unknown.slice(0, -1), `${unknown}0`, 'ep_', 'x'.repeat(8000)];
      const [first, ...others] = await Promise.all(values.map((value) => ask({ Authorization: value })));
      if (first === undefined) throw new Error('No answer');
      expectRefused(first);
      for (const answer of others) {
        expectRefused(answer);
        expect(answer.text).toBe(first.text);
      }
    });
  });

  describe('in a malformed header', () => {
    it.each([
      ['no token', 'Bearer'],
      ['blanks only', 'Bearer  '],
      ['nothing at all', ''],
      ['a token that is none', 'bearer x'],
      ['the Basic scheme', 'Basic dTpw'],
      ['the Digest scheme', 'Digest username="u"'],
      ['a comma list', 'Bearer a, Bearer b'],
      ['a bad percent-escape', 'Bearer %E0%A4%A'],
      ['bytes outside ASCII', 'Bearer ÿ🐈'],
      ['tabs', '\tBearer\tx'],
      ['a NUL', 'Bearer a\0b'],
      ['a DEL', 'Bearer a\u007fb'],
      ['a CR', 'Bearer a\rb'],
      ['a folded line', 'Bearer a\r\n b'],
      ['another header after CR LF', 'Bearer a\r\nX-Injected: b'],
      ['a line that is no header', 'Bearer a\r\nb'],
    ])('is refused in JSON, and breaks nothing: %s', async (_, value) => {
      const { status, body } = await askRaw(`Authorization: ${value}`);
      expect([400, 401]).toContain(status);
      expect(body).toMatchObject({ statusCode: status, code: expect.any(String) as string });
    });

    it('is not made good by what surrounds a good one', async () => {
      for (const value of [`Bearer ${jwt}, Bearer ${jwt}`, `Bearer ${token},`, `Bearer "${token}"`]) {
        expectRefused(await ask({ Authorization: value }));
      }
      for (const value of [`Bearer ${token}\0`, `Bearer ${jwt}\r\n ${jwt}`, `Bearer\r\n${jwt}`]) {
        expect([400, 401]).toContain((await askRaw(`Authorization: ${value}`)).status);
      }
    });

    it('is answered 431 if it is too large, before the connection is cut', async () => {
      // Many times: a connection cut too early loses the answer only now and then.
      for (let time = 0; time < 30; time++) {
        const answer = await askRaw(`Authorization: Bearer ${'x'.repeat(1_000_000)}`);
        expect(answer).toMatchObject({ status: 431, body: { statusCode: 431, code: 'headers_too_large' } });
      }
    });
  });
});
