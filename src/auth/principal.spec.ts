import { type AuthHeaderCredential, type JwtCredential, Principal, type PrincipalUser } from './principal.js';

const JWT: JwtCredential = { kind: 'jwt', id: 'jti', sessionId: 'sid', expires: new Date() };

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
    expires: null,
  };
  return new Principal(userWith(roles), credential);
}

describe('A JWT', () => {
  it('may do what its user may', () => {
    expect(withJwt().may('authheader:manage')).toBe(true);
    expect(withJwt().may('admin')).toBe(false);
    expect(withJwt('admin').may('admin')).toBe(true);
  });

  it('may grant any word of the team, and of ours those its user may use', () => {
    expect(withJwt().mayGrant('orders:read')).toBe(true);
    expect(withJwt().mayGrant('authheader:manage')).toBe(true);
    expect(withJwt().mayGrant('admin')).toBe(false);
    expect(withJwt('admin').mayGrant('admin')).toBe(true);
  });
});

describe('An auth header', () => {
  it('may do nothing without its scope', () => {
    const bare = withAuthHeader(['admin'], ['orders:read', 'Admin', 'admin:read']);
    expect(bare.may('authheader:manage')).toBe(false);
    expect(bare.may('admin')).toBe(false);
  });

  it('may do what its scope says, if its owner still may', () => {
    expect(withAuthHeader([], ['authheader:manage']).may('authheader:manage')).toBe(true);
    expect(withAuthHeader(['admin'], ['admin']).may('admin')).toBe(true);
    expect(withAuthHeader([], ['admin']).may('admin')).toBe(false);
  });

  it('may grant what it has, and nothing else', () => {
    const owned = withAuthHeader([], ['authheader:manage', 'orders:read', 'admin']);
    expect(owned.mayGrant('orders:read')).toBe(true);
    expect(owned.mayGrant('authheader:manage')).toBe(true);
    expect(owned.mayGrant('orders:write')).toBe(false);
    expect(owned.mayGrant('admin')).toBe(false);
    expect(withAuthHeader(['admin'], []).mayGrant('admin')).toBe(false);
  });
});
