import { createRemoteJWKSet, jwtVerify } from 'jose';
import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { useServer } from '../support/use-server.js';

const ISSUER = 'https://login.example.com/auth';
const CLAIMS = { issuer: ISSUER, audience: 'orders' };

/** The libraries that services check JWTs with, offline, as their manuals say. */
describe.each(['RS256', 'ES256'] as const)('The key set, with %s', (algorithm) => {
  // Tests share a first start with ES256.
  const chosen: Record<string, string> = algorithm === 'ES256' ? {} : { JWT_ALGORITHM: algorithm };
  const env = { ...chosen, JWT_AUDIENCE: CLAIMS.audience, PUBLIC_URL: ISSUER };
  const { server, client, database } = useServer({ env });
  const keySet = (): URL => new URL(`${server.url}/.well-known/jwks.json`);

  async function rotate(jwt: string): Promise<void> {
    expect((await client.post('/signingkey/rotate', {}, jwt)).status).toBe(409);
    await database.query(`UPDATE signing_key SET created = '2026-01-01T00:00:00.000Z' WHERE state = 'next'`);
    expect((await client.post('/signingkey/rotate', {}, jwt)).status).toBe(200);
  }

  it('suits jose, and jsonwebtoken with jwks-rsa, before and after a rotation', async () => {
    const remote = createRemoteJWKSet(keySet(), { cacheMaxAge: 300_000 });
    const jwks = new JwksClient({ jwksUri: keySet().href, cacheMaxAge: 300_000 });
    const withJose = async (jwt: string) =>
      (await jwtVerify(jwt, remote, { ...CLAIMS, algorithms: [algorithm] })).payload.sub;
    const withJsonWebToken = async (jwt: string) => {
      const key = await jwks.getSigningKey(jsonwebtoken.decode(jwt, { complete: true })?.header.kid);
      const claims = jsonwebtoken.verify(jwt, key.getPublicKey(), { ...CLAIMS, algorithms: [algorithm] });
      return (claims as JwtPayload).sub;
    };
    const before = await client.logIn();
    const { body } = await client.get<{ Id: string }>('/user/me', before);
    expect([await withJose(before), await withJsonWebToken(before)]).toEqual([body.Id, body.Id]);
    // A library that fetched the set before the next key was published fetches it again for a kid that it does not know.
    await rotate(before);
    const after = await client.logIn();
    const fresh = createRemoteJWKSet(keySet());
    const checked = await jwtVerify(after, fresh, { ...CLAIMS, algorithms: [algorithm] });
    expect([checked.payload.sub, await withJsonWebToken(after), await withJose(before)]).toEqual([
      body.Id,
      body.Id,
      body.Id,
    ]);
    await expect(jwtVerify(after, fresh, { ...CLAIMS, issuer: 'https://elsewhere.example' })).rejects.toThrow();
  });
});
