import { type AuthHeaderCredential, type JwtCredential, Principal, type PrincipalUser } from './principal.js';

const JWT: JwtCredential = {
  kind: 'jwt',
  id: 'jti',
  sessionId: 'sid',
  expires: new Date(),
  issuer: 'us',
  issuedAtSeconds: 0,
  amr: ['pwd'],
  acr: 'aal1',
  authTimeSeconds: 0,
};

const userWith = (roles: string[]): PrincipalUser => ({
  id: 'id',
  username: 'user',
  email: 'user@example.com',
  firstname: '',
  lastname: '',
  roles,
  created: new Date(),
  passwordChanged: new Date(),
  passwordExpires: null,
  kind: 'person',
});

function withJwt(...roles: string[]): Principal {
  return new Principal(userWith(roles), JWT);
}

function withAuthHeader(roles: string[], scopes: string[]): Principal {
  const credential: AuthHeaderCredential = {
    kind: 'auth-header',
    id: 'id',
    name: 'name',
    scopes,
    allowedIps: [],
    rateLimit: undefined,
    expires: null,
    tokenMark: '',
  };
  return new Principal(userWith(roles), credential);
}

describe('A JWT', () => {
  it('has the permissions of its user', () => {
    expect(withJwt().may('authheader:manage')).toBe(true);
    expect(withJwt().may('admin')).toBe(false);
    expect(withJwt('admin').may('admin')).toBe(true);
  });

  it('may grant every custom scope, and the built-in scopes that its user has', () => {
    expect(withJwt().mayGrant('orders:read')).toBe(true);
    expect(withJwt().mayGrant('authheader:manage')).toBe(true);
    expect(withJwt().mayGrant('admin')).toBe(false);
    expect(withJwt('admin').mayGrant('admin')).toBe(true);
  });
});

describe('An auth header', () => {
  it('has no permission without the scope for it', () => {
    const bare = withAuthHeader(['admin'], ['orders:read', 'Admin', 'admin:read']);
    expect(bare.may('authheader:manage')).toBe(false);
    expect(bare.may('admin')).toBe(false);
  });

  it('has the permission of its scope while its owner has it', () => {
    expect(withAuthHeader([], ['authheader:manage']).may('authheader:manage')).toBe(true);
    expect(withAuthHeader(['admin'], ['admin']).may('admin')).toBe(true);
    expect(withAuthHeader([], ['admin']).may('admin')).toBe(false);
  });

  it('may grant the scopes it has, and no other', () => {
    const owned = withAuthHeader([], ['authheader:manage', 'orders:read', 'admin']);
    expect(owned.mayGrant('orders:read')).toBe(true);
    expect(owned.mayGrant('authheader:manage')).toBe(true);
    expect(owned.mayGrant('orders:write')).toBe(false);
    expect(owned.mayGrant('admin')).toBe(false);
    expect(withAuthHeader(['admin'], []).mayGrant('admin')).toBe(false);
  });
});
