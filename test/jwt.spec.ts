import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Sealer } from '../src/crypto/sealer.js';
import { type KeyMaterial, parseKeyText } from '../src/signing-keys/key-material.js';
import { claimsOf, Client } from './support/client.js';
import { leftFolder, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

type Json = Record<string, unknown>;
/** What signs, or otherwise ends, the two parts of a JWT before the last. */
type Signer = (input: string) => Buffer;

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const PSS = { padding: 6, saltLength: 32 };

const rsa =
  (key: KeyObject, hash = 'sha256'): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), key);
const pss =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, ...PSS });
const ecdsa =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
const hmac =
  (key: string | Buffer, hash = 'sha256'): Signer =>
  (input) =>
    createHmac(hash, key).update(input).digest();

const encode = (part: string | Json) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
const now = () => Math.floor(Date.now() / 1000);

/** The key of somebody else. */
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });

// The algorithm that a server has by default. A key of it takes much of a processor's time, so there are few servers here.
const { server, client, database } = useServer({ env: { JWT_ALGORITHM: '' } });

describe('A JWT', () => {
  /** The server's own key. */
  let key: KeyMaterial;
  /** A JWT of a login, whole and in parts. */
  let jwt: string;
  let header: Json;
  let claims: Json;

  beforeAll(async () => {
    const [row] = await database.query<{ id: string; sealed_key: string }>('SELECT id, sealed_key FROM signing_key');
    const secret = readFileSync(join(server.folder, 'data/secret-key'), 'utf8').trim();
    key = parseKeyText('RS256', new Sealer(secret, 'seal').open(row?.sealed_key ?? '', row?.id ?? ''));
    jwt = await client.logIn();
    const [first, second] = jwt.split('.');
    header = decode(first);
    claims = decode(second);
  });

  /** A JWT like the login's but for what is given, well signed unless `signer` is given. `payload` is raw JSON in place of claims. */
  const forge = (parts: { header?: Json; claims?: Json; payload?: string; signer?: Signer }): string => {
    const payload = parts.payload ?? { ...claims, ...parts.claims };
    const input = `${encode({ ...header, ...parts.header })}.${encode(payload)}`;
    return `${input}.${(parts.signer ?? rsa(key.signing))(input).toString('base64url')}`;
  };
  const statusOf = async (token: string) => (await client.get('/user/me', token)).status;
  const expectRefused = async (token: string) => {
    const { status, body, headers } = await client.get('/user/me', token);
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'invalid_token' });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="elastic-personas", error="invalid_token"');
  };

  const expectExpired = async (token: string) => {
    const { status, body, headers } = await client.get('/user/me', token);
    expect([status, body.code]).toEqual([401, 'token_expired']);
    expect(body.message).toContain('log in again');
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="elastic-personas", error="invalid_token", error_description="The access token expired"',
    );
  };

  // Without this, every refusal below might have another reason than the one it is about.
  it("is good if it is signed with the server's key and says what a login's does", async () => {
    expect(await statusOf(forge({}))).toBe(200);
  });

  describe('says', () => {
    it('exactly the claims of the contract, and nothing else about the person', async () => {
      const { body } = await client.get<{ Id: string }>('/user/me', jwt);
      expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) as string });
      expect(claims).toEqual({
        iss: 'elastic-personas',
        aud: 'elastic-personas',
        sub: body.Id,
        sid: expect.any(String) as string,
        jti: expect.stringMatching(UUID_V4) as string,
        iat: expect.any(Number) as number,
        exp: Number(claims.iat) + 3600,
        auth_time: expect.any(Number) as number,
        acr: 'aal1',
        amr: ['pwd'],
        preferred_username: 'admin',
        roles: ['admin'],
      });
      expect(Math.abs(Number(claims.iat) - now())).toBeLessThan(60);
      expect(Number(claims.iat) - Number(claims.auth_time)).toBeLessThan(60);
    });

    it('how and when the user logged in, as the session has it, and a renewal keeps it', async () => {
      const own = await client.logIn();
      const created = new Date(Date.now() - 1_800_000);
      const proved = ['pwd', 'otp', 'mfa'];
      const change = 'UPDATE session SET created = ?, amr = ? WHERE id = ?';
      await database.query(change, created.toISOString(), proved.join(' '), claimsOf(own).sid);
      const { body } = await client.post<{ Token: string }>('/user/renew', {}, own);
      const authTime = Math.floor(created.getTime() / 1000);
      expect(claimsOf(body.Token)).toMatchObject({ auth_time: authTime, acr: 'aal2', amr: proved });
      expect(claimsOf(body.Token).iat).toBeGreaterThanOrEqual(authTime + 1800);
    });

    it('another jti at every login, even within one second', async () => {
      const jtis: unknown[] = [];
      // A few at once: more under way than its budget would be taken for guessing.
      for (let batch = 0; batch < 4; batch++) {
        const jwts = await Promise.all(Array.from({ length: 5 }, () => client.logIn()));
        jtis.push(...jwts.map((jwt) => decode(jwt.split('.')[1]).jti));
      }
      expect(new Set(jtis).size).toBe(20);
    });
  });

  describe('of another algorithm is refused:', () => {
    it.each(['none', 'None', 'NONE', 'nOnE', '', 'rs256', null, ['RS256']])('alg %j', async (alg) => {
      for (const signer of [() => Buffer.alloc(0), () => Buffer.alloc(1), rsa(key.signing)]) {
        await expectRefused(forge({ header: { alg }, signer }));
      }
    });

    it('no alg at all', async () => {
      await expectRefused(forge({ header: { alg: undefined } }));
    });

    it.each(['HS256', 'HS384', 'HS512'])('%s with the public key as its secret', async (alg) => {
      const pem = key.verification.export({ type: 'spki', format: 'pem' }).toString();
      const jwk = key.verification.export({ format: 'jwk' });
      const { body } = await client.get<{ keys: object[] }>('/.well-known/jwks.json');
      const secrets = [
        pem,
        pem.trimEnd(),
        pem.replaceAll('\n', '\r\n'),
        key.verification.export({ type: 'pkcs1', format: 'pem' }),
        key.verification.export({ type: 'spki', format: 'der' }),
        key.verification.export({ type: 'pkcs1', format: 'der' }),
        JSON.stringify(jwk),
        JSON.stringify(body.keys[0]),
        JSON.stringify(body),
        Buffer.from(jwk.n ?? '', 'base64url'),
        jwk.n ?? '',
        '',
        String(header.kid),
      ];
      for (const secret of secrets) {
        const signer = hmac(secret, `sha${alg.slice(2)}`);
        await expectRefused(forge({ header: { alg }, signer }));
        await expectRefused(forge({ signer }));
      }
    });

    it.each<[string, (own: KeyObject) => Signer]>([
      ['RS384', (own) => rsa(own, 'sha384')],
      ['RS512', (own) => rsa(own, 'sha512')],
      ['PS256', pss],
      ['ES256', () => ecdsa(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
      ['EdDSA', () => (input) => sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey)],
    ])('%s', async (alg, signerOf) => {
      const signer = signerOf(key.signing);
      await expectRefused(forge({ header: { alg }, signer }));
      await expectRefused(forge({ signer }));
    });
  });

  it('is checked with no key it brings along or points to, and nobody is asked for one', async () => {
    const requests: (string | undefined)[] = [];
    const canary = createServer((request, response) => {
      requests.push(request.url);
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    const jwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', use: 'sig', alg: 'RS256' };
    const x5c = [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];
    for (const kid of [header.kid, 'attacker', url, undefined]) {
      for (const brought of [{ jwk }, { jku: url }, { x5u: url }, { x5c }, { jku: url, x5u: url, jwk, x5c }]) {
        await expectRefused(forge({ header: { kid, ...brought }, signer: rsa(attacker.privateKey) }));
      }
    }
    await new Promise((resolve) => canary.close(resolve));
    expect(requests).toEqual([]);
  });

  it('of a login is not taken for that of a machine login, and the reverse', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: token });
    const answer = await client.call<{ access_token: string }>('POST', '/oauth/token', { body });
    const machine = decode(answer.body.access_token.split('.')[1]);
    const sign = (typ: string, payload: Json): string => {
      const input = `${encode({ ...header, typ })}.${encode(payload)}`;
      return `${input}.${rsa(key.signing)(input).toString('base64url')}`;
    };
    expect([await statusOf(sign('at+jwt', machine)), await statusOf(sign('JWT', claims))]).toEqual([200, 200]);
    for (const typ of ['JWT', 'jwt', 'AT+JWT', 'application/at+jwt']) await expectRefused(sign(typ, machine));
    for (const typ of ['at+jwt', 'jwt', '']) await expectRefused(sign(typ, claims));
    // Not even with all claims of both.
    expect(await statusOf(sign('at+jwt', { ...claims, ...machine }))).toBe(200);
    for (const lacking of ['client_id', 'token_mark', 'sub', 'jti', 'exp', 'iss', 'aud']) {
      await expectRefused(sign('at+jwt', { ...machine, [lacking]: undefined }));
    }
    for (const wrong of [
      { sub: String(claims.sid) },
      { client_id: String(claims.sid) },
      { token_mark: '0'.repeat(16) },
    ]) {
      await expectRefused(sign('at+jwt', { ...machine, ...wrong }));
    }
  });

  describe('names its key by a kid that is looked up and nothing else:', () => {
    it.each<unknown>([
      '../../dev/null',
      '/etc/passwd',
      "' OR 1=1--",
      '',
      '\0',
      '__proto__',
      'constructor',
      'x'.repeat(100),
      1,
      true,
      null,
      [],
      {},
      { toString: 'x' },
    ])('%j is refused', async (kid) => {
      for (const signer of [rsa(key.signing), hmac('')]) await expectRefused(forge({ header: { kid }, signer }));
    });

    it('one in an array, in capitals, with a NUL, or absent is refused', async () => {
      const kid = String(header.kid);
      for (const other of [[kid], kid.toUpperCase(), `${kid}\0`, ` ${kid}`, undefined]) {
        await expectRefused(forge({ header: { kid: other } }));
      }
    });

    it('8 kB of it are refused, 100 kB do not even fit', async () => {
      await expectRefused(forge({ header: { kid: 'x'.repeat(6000) } }));
      expect(await statusOf(forge({ header: { kid: 'x'.repeat(100_000) } }))).toBe(431);
    });
  });

  describe('that was tampered with is refused:', () => {
    it('a letter of any part changed', async () => {
      for (let index = 0; index < jwt.length; index += 23) {
        const letter = jwt[index];
        if (letter === '.') continue;
        await expectRefused(`${jwt.slice(0, index)}${letter === 'A' ? 'B' : 'A'}${jwt.slice(index + 1)}`);
      }
    });

    it('cut short, made longer, a part dropped, emptied or added', async () => {
      const [first = '', second = '', third = ''] = jwt.split('.');
      const tampered = {
        'without its last letter': jwt.slice(0, -1),
        'without its first letter': jwt.slice(1),
        'without half its signature': jwt.slice(0, -third.length / 2),
        'with a letter more': `${jwt}A`,
        'with padding': `${jwt}=`,
        'with a dot at its end': `${jwt}.`,
        'with a dot at its start': `.${jwt}`,
        'with a fourth part': `${jwt}.${third}`,
        'without a signature': `${first}.${second}`,
        'without a header': `${second}.${third}`,
        'with an empty signature': `${first}.${second}.`,
        'with an empty header': `.${second}.${third}`,
        'with empty claims': `${first}..${third}`,
        'in plain base64': `${first}.${second}.${third.slice(0, -1)}+`,
      };
      const statuses = await Promise.all(
        Object.entries(tampered).map(async ([how, token]) => [how, await statusOf(token)] as const),
      );
      expect(statuses.filter(([, status]) => status !== 401)).toEqual([]);
    });

    it('its claims replaced under the old signature', async () => {
      const [first = '', , third = ''] = jwt.split('.');
      for (const change of [{ roles: [] }, { exp: now() + 9999 }, { sub: 'x' }]) {
        await expectRefused(`${first}.${encode({ ...claims, ...change })}.${third}`);
      }
    });

    it.each(['', 'null', '"text"', '1', '[]', '{', '{}', '{"a":1}{'])('its claims are %j', async (text) => {
      await expectRefused(forge({ payload: text }));
    });
  });

  describe('is bound in time:', () => {
    it('accepted up to its end, refused from it on', async () => {
      expect(await statusOf(forge({ claims: { exp: now() + 30 } }))).toBe(200);
      for (const past of [1, 2, 60, 3600]) await expectExpired(forge({ claims: { exp: now() - past } }));
    });

    it.each([-1, 0])('expired if exp is %j', async (exp) => {
      await expectExpired(forge({ claims: { exp } }));
    });

    it.each<[string, () => Parameters<typeof forge>[0]]>([
      ['the key of somebody else', () => ({ signer: rsa(attacker.privateKey) })],
      ['another audience', () => ({ claims: { aud: 'other' } })],
      ['another issuer', () => ({ claims: { iss: 'other' } })],
      ['no session', () => ({ claims: { sid: undefined } })],
      ['another type', () => ({ header: { typ: 'reset+jwt' } })],
      ['the type of a machine login', () => ({ header: { typ: 'at+jwt' } })],
      ['an unknown key', () => ({ header: { kid: '0198c5a2-6f1e-4c3a-9d5b-2f4e6a8c0b1d' } })],
      ['a claim that it begins later', () => ({ claims: { nbf: now() + 60 } })],
    ])('refused as any bad one, and not as expired, with %s', async (_, parts) => {
      const { claims: others, ...rest } = parts();
      await expectRefused(forge({ ...rest, claims: { exp: now() - 60, ...others } }));
    });

    it.each([undefined, null, '9999999999', true, [9_999_999_999], {}])('refused if exp is %j', async (exp) => {
      await expectRefused(forge({ claims: { exp } }));
    });

    it('refused if exp is beyond all numbers', async () => {
      for (const exp of ['1e400', '1e308', '9007199254740993']) {
        await expectRefused(forge({ payload: JSON.stringify(claims).replace(/"exp":\d+/, `"exp":${exp}`) }));
      }
    });

    it('refused before its nbf', async () => {
      expect(await statusOf(forge({ claims: { nbf: now() - 1 } }))).toBe(200);
      for (const nbf of [now() + 60, now() + 999_999, 'tomorrow', [0]]) await expectRefused(forge({ claims: { nbf } }));
    });
  });

  describe('is for this server only:', () => {
    it.each([
      undefined,
      null,
      '',
      'elastic-personas/',
      'Elastic-Personas',
      'https://evil.example',
      ['elastic-personas'],
      1,
    ])('refused if iss is %j', async (iss) => {
      await expectRefused(forge({ claims: { iss } }));
    });

    it.each([undefined, null, '', 'other', 'elastic-personas-2', [], ['other'], [['elastic-personas']], {}])(
      'refused if aud is %j',
      async (aud) => {
        await expectRefused(forge({ claims: { aud } }));
      },
    );

    it('accepted if it is one of several audiences', async () => {
      expect(await statusOf(forge({ claims: { aud: ['other', 'elastic-personas'] } }))).toBe(200);
    });
  });

  it.each([{ crit: ['x'] }, { crit: ['exp'] }, { crit: [] }, { crit: null }, { crit: ['b64'], b64: false }])(
    'that insists on an extension is refused: %j',
    async (extension) => {
      await expectRefused(forge({ header: extension }));
    },
  );

  it.each(['at+jwt', 'reset+jwt', 'dpop+jwt', 'JOSE', '', null, undefined])(
    'made for another purpose is refused: typ %j',
    async (typ) => {
      await expectRefused(forge({ header: { typ } }));
    },
  );

  describe('speaks for the user of its session, while both last:', () => {
    const newUser = async (username: string) => {
      const id = await database.addUser(username);
      return { id, jwt: await client.logIn(username) };
    };

    it.each(['sub', 'sid', 'jti'])('refused without a proper %s', async (name) => {
      for (const value of [undefined, null, '', 1, ['x'], { not: null }]) {
        // An empty jti is no look-up and lets nobody in who is not.
        if (name === 'jti' && value === '') continue;
        await expectRefused(forge({ claims: { [name]: value } }));
      }
    });

    it("refused for another user than the session's, or another session than the user's", async () => {
      const other = await newUser('ulla');
      const { sid } = decode(other.jwt.split('.')[1]);
      await expectRefused(forge({ claims: { sub: other.id } }));
      await expectRefused(forge({ claims: { sid } }));
      expect(await statusOf(forge({ claims: { sub: other.id, sid } }))).toBe(200);
    });

    it('refused once the session has ended, or is past its own end; another session goes on', async () => {
      for (const column of ['ended', 'expires']) {
        const [token, bystander] = [await client.logIn(), await client.logIn()];
        expect(await statusOf(token)).toBe(200);
        const { sid } = decode(token.split('.')[1]);
        await database.query(`UPDATE session SET ${column} = ? WHERE id = ?`, LONG_AGO, sid);
        await (column === 'ended' ? expectRefused : expectExpired)(token);
        expect(await statusOf(bystander)).toBe(200);
      }
    });

    it('refused once the user is disabled', async () => {
      const user = await newUser('vera');
      expect(await statusOf(user.jwt)).toBe(200);
      await database.query('UPDATE "user" SET disabled = ? WHERE id = ?', LONG_AGO, user.id);
      await expectRefused(user.jwt);
    });

    it.each(['ON', 'OFF'])(
      'refused once the user is deleted, and made again (foreign keys %s)',
      async (foreignKeys) => {
        const username = `wim-${foreignKeys}`;
        const user = await newUser(username);
        await database.enforceReferences(foreignKeys === 'ON');
        await database.query('DELETE FROM "user" WHERE id = ?', user.id);
        await expectRefused(user.jwt);
        await database.addUser(username);
        await expectRefused(user.jwt);
        expect(await statusOf(await client.logIn(username))).toBe(200);
      },
    );

    it('with the roles the user has now, not those it was minted with', async () => {
      const user = await newUser('xena');
      await database.query('UPDATE "user" SET roles = ? WHERE id = ?', '["admin"]', user.id);
      expect((await client.get('/user/me', user.jwt)).body).toMatchObject({ Roles: ['admin'] });
    });
  });
});

/** A client of another server, which is ended with the file. */
async function clientOfServer(env: Readonly<Record<string, string>>): Promise<Client> {
  return Client.of(await startServer({ env, folder: (await leftFolder()).folder }));
}

describe('JWT_ALGORITHM', () => {
  const RSA_MEMBERS = ['alg', 'e', 'kid', 'kty', 'n', 'use'];
  const rsaVerifier = (padding?: object) => (input: Buffer, publicKey: KeyObject, signature: Buffer) =>
    verify('sha256', input, { key: publicKey, ...padding }, signature);

  it.each([
    ['RS256', 'RSA', RSA_MEMBERS, rsaVerifier(), () => client],
    ['PS256', 'RSA', RSA_MEMBERS, rsaVerifier(PSS), () => clientOfServer({ JWT_ALGORITHM: 'PS256' })],
    [
      'ES256',
      'EC',
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      rsaVerifier({ dsaEncoding: 'ieee-p1363' }),
      () => clientOfServer({ JWT_ALGORITHM: 'ES256' }),
    ],
  ])(
    '%s works, and its JWTs can be checked offline with the published key',
    async (alg, kty, members, isSigned, clientFor) => {
      const asked = await clientFor();
      const jwt = await asked.logIn();
      expect((await asked.get('/user/me', jwt)).status).toBe(200);
      const { body, headers } = await asked.get<{ keys: Record<string, string>[] }>('/.well-known/jwks.json');
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(body.keys).toHaveLength(1);
      const [jwk = {}] = body.keys;
      const [header = '', payload = '', signature = ''] = jwt.split('.');
      // Nothing private among them.
      expect(Object.keys(jwk).sort()).toEqual(members);
      expect(jwk).toMatchObject({ kty, alg, use: 'sig', kid: decode(header).kid });
      expect(decode(header).alg).toBe(alg);

      const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
      if (kty === 'RSA') {
        expect(jwk.e).toBe('AQAB');
        expect(publicKey.asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(3072);
      }
      expect(isSigned(Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
      expect(isSigned(Buffer.from(`${header}.${payload}A`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
        false,
      );
    },
  );

  it('HS256 works, publishes no key, and takes a change of algorithm for what it is', async () => {
    const { folder } = await leftFolder();
    const before = await startServer({ env: { JWT_ALGORITHM: 'HS256' }, folder });
    const first = await Client.of(before);
    const jwt = await first.logIn();
    expect((await first.get('/user/me', jwt)).status).toBe(200);
    expect((await first.get('/.well-known/jwks.json')).body).toEqual({ keys: [] });
    const [header, payload = ''] = jwt.split('.');
    expect(decode(header).alg).toBe('HS256');
    const unsigned = `${encode({ ...decode(header), alg: 'none' })}.${payload}.`;
    expect((await first.get('/user/me', unsigned)).status).toBe(401);
    await before.stop();

    // Only the configured algorithm is ever accepted.
    const second = await Client.of(await startServer({ env: { JWT_ALGORITHM: 'ES256' }, folder }));
    expect((await second.get('/user/me', jwt)).status).toBe(401);
    expect((await second.get('/user/me', await second.logIn())).status).toBe(200);
  });
});

describe('JWT_TTL, JWT_ISSUER and JWT_AUDIENCE', () => {
  it('are what a JWT says and what is asked of it', async () => {
    const asked = await clientOfServer({ JWT_TTL: '1s', JWT_ISSUER: 'https://one.example', JWT_AUDIENCE: 'two' });
    const jwt = await asked.logIn();
    const { iss, aud, iat, exp } = decode(jwt.split('.')[1]);
    expect({ iss, aud, seconds: Number(exp) - Number(iat) }).toEqual({
      iss: 'https://one.example',
      aud: 'two',
      seconds: 1,
    });
    await new Promise((resolve) => setTimeout(resolve, Number(exp) * 1000 - Date.now() + 20));
    expect((await asked.get('/user/me', jwt)).status).toBe(401);
  });
});
