import { isJwtShaped, readCredential } from './read-credential.js';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln';
const TOKEN = `ep_${'0'.repeat(30)}3KYb2u`;

/** The kind and the token of the credential, or the reason why there is none. */
function read(...rawHeaders: string[]): string {
  const credential = readCredential(rawHeaders);
  if (typeof credential === 'string') return credential;
  const { kind, token } = credential;
  return kind === 'jwt' && !isJwtShaped(token) ? 'invalid_token' : `${kind} ${token}`;
}

describe('A credential is read', () => {
  it.each([
    ['Authorization', `Bearer ${JWT}`, `jwt ${JWT}`],
    ['Authorization', JWT, `jwt ${JWT}`],
    ['Authorization', `Bearer ${TOKEN}`, `auth-header ${TOKEN}`],
    ['Authorization', TOKEN, `auth-header ${TOKEN}`],
    ['X-Authorization', JWT, `jwt ${JWT}`],
    ['X-Authorization', TOKEN, `auth-header ${TOKEN}`],
    ['X-API-Key', TOKEN, `auth-header ${TOKEN}`],
    ['AUTHORIZATION', `BEARER   ${JWT}`, `jwt ${JWT}`],
    ['x-aPi-kEy', TOKEN, `auth-header ${TOKEN}`],
  ])('from %s: %s', (name, value, expected) => {
    expect(read('Host', 'localhost', name, value, 'Accept', '*/*')).toBe(expected);
  });

  it('with any checksum, since its strategy verifies that', () => {
    expect(read('Authorization', 'ep_nonsense')).toBe('auth-header ep_nonsense');
  });

  it('once from several headers that agree', () => {
    expect(read('Authorization', `Bearer ${TOKEN}`, 'X-API-Key', TOKEN, 'authorization', TOKEN)).toBe(
      `auth-header ${TOKEN}`,
    );
  });

  it('once from a program that fills in every scheme there is', () => {
    expect(read('Authorization', `Bearer ${JWT}`, 'X-API-Key', JWT)).toBe(`jwt ${JWT}`);
    expect(read('X-API-Key', JWT, 'Authorization', JWT)).toBe(`jwt ${JWT}`);
    expect(read('X-API-Key', JWT, 'X-Authorization', JWT)).toBe(`jwt ${JWT}`);
  });

  it.each(['', 'Bearer', 'bearer', 'Bearer '])('past a header that presents nothing: %j', (value) => {
    for (const name of ['Authorization', 'X-Authorization']) {
      expect(read(name, value, 'X-API-Key', TOKEN)).toBe(`auth-header ${TOKEN}`);
      expect(read('X-API-Key', '', 'Authorization', JWT, name, value)).toBe(`jwt ${JWT}`);
      expect(read(name, value, 'X-API-Key', '')).toBe('credential_required');
    }
  });

  it.each([
    'Basic dTpw',
    'basic dTpw',
    `Basic ${TOKEN}`,
    'Basic\tdTpw',
    'Digest username="u", realm="r"',
    'Negotiate YIIJvwYGKwYBBQUC',
    'NTLM TlRMTVNTUAAB',
    'AWS4-HMAC-SHA256 Credential=a, Signature=b',
    'Bearer-Token x',
  ])('past an Authorization of another scheme: %j', (value) => {
    expect(read('Authorization', value, 'X-API-Key', TOKEN)).toBe(`auth-header ${TOKEN}`);
    expect(read('X-Authorization', JWT, 'Authorization', value)).toBe(`jwt ${JWT}`);
    expect(read('Authorization', value, 'Authorization', `Bearer ${JWT}`)).toBe(`jwt ${JWT}`);
    // RFC 6750, section 3.1: an authentication method that is not supported is no credential.
    expect(read('Authorization', value)).toBe('credential_required');
    // No proxy writes its own login there.
    expect(read('X-Authorization', value)).toBe('invalid_token');
    expect(read('X-Authorization', value, 'X-API-Key', TOKEN)).toBe('two_credentials');
  });

  it.each([
    [[]],
    [['Cookie', `token=${JWT}`]],
    // Names of the same length as those of the credential headers.
    [['Cache-Control', JWT]],
    [['X-Api-Kez', TOKEN]],
    [['Accept-Language', JWT]],
    [['Proxy-Authorization', JWT]],
    // A header value that equals such a name.
    [['X-Note', 'Authorization', JWT, 'x']],
  ])('from no other header: %j', (rawHeaders) => {
    expect(read(...rawHeaders)).toBe('credential_required');
  });
});

describe('A credential is refused', () => {
  it.each([
    ['Authorization', 'Authorization'],
    ['Authorization', 'X-Authorization'],
    ['X-API-Key', 'Authorization'],
    ['X-API-Key', 'x-api-key'],
  ])('if %s and %s differ', (one, other) => {
    expect(read(one, TOKEN, other, `${TOKEN}0`)).toBe('two_credentials');
    expect(read(one, TOKEN, other, JWT)).toBe('two_credentials');
    expect(read(one, 'nonsense', other, TOKEN)).toBe('two_credentials');
  });

  it('in X-API-Key if it is a JWT and no other header contains it', () => {
    expect(read('X-API-Key', JWT)).toBe('invalid_token');
    expect(read('X-API-Key', JWT, 'x-api-key', JWT)).toBe('invalid_token');
    expect(read('X-API-Key', JWT, 'Authorization', `Basic ${JWT}`)).toBe('invalid_token');
    expect(read('Authorization', '', 'X-API-Key', JWT)).toBe('invalid_token');
  });

  it.each(['Basic', 'basic dTpw', `Bearer ${TOKEN}`])('in X-API-Key under a scheme: %s', (value) => {
    expect(read('X-API-Key', value)).toBe('invalid_token');
  });

  it.each([
    'x',
    'Negotiate',
    'Bearer\tx',
    `Bearer\t${JWT}`,
    "' OR 1=1--",
    `${JWT}, ${JWT}`,
    'a.b',
    'a.b.',
    '..',
    'a.b.c.d',
  ])('if it is neither a JWT nor an auth header: %j', (value) => {
    expect(read('Authorization', value)).toBe('invalid_token');
  });
});
