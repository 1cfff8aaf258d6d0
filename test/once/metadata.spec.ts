import { Client } from '../support/client.js';
import { startServer } from '../support/server.js';

const PATH = '/.well-known/oauth-authorization-server';
const PUBLIC_URL = 'https://login.example.com/auth';

describe('The metadata of RFC 8414', () => {
  it('names PUBLIC_URL and nothing that a request says, and each endpoint answers', async () => {
    const client = await Client.of(await startServer({ env: { PUBLIC_URL, TRUST_PROXY: '127.0.0.1' } }));
    const headers = { Host: 'evil.example.com', 'X-Forwarded-Host': 'evil.example.com' };
    const { status, body } = await client.callRaw<Record<string, string | string[]>>('GET', PATH, headers);
    expect(status).toBe(200);
    const methods = ['client_secret_basic', 'client_secret_post'];
    expect(body).toEqual({
      issuer: PUBLIC_URL,
      token_endpoint: `${PUBLIC_URL}/oauth/token`,
      token_endpoint_auth_methods_supported: methods,
      grant_types_supported: ['client_credentials'],
      introspection_endpoint: `${PUBLIC_URL}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: methods,
      revocation_endpoint: `${PUBLIC_URL}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: methods,
      jwks_uri: `${PUBLIC_URL}/.well-known/jwks.json`,
      service_documentation: `${PUBLIC_URL}/docs`,
      response_types_supported: [],
    });
    for (const url of Object.values(body)
      .flat()
      .filter((value) => value.startsWith(`${PUBLIC_URL}/`))) {
      expect((await client.call('GET', url.slice(PUBLIC_URL.length))).status).not.toBe(404);
    }
  });

  it('names no key set where the key is not public, and JWT_ISSUER where it is set', async () => {
    const env = { PUBLIC_URL, JWT_ALGORITHM: 'HS256', JWT_ISSUER: 'https://issuer.example.com' };
    const client = await Client.of(await startServer({ env }));
    const { body } = await client.get(PATH);
    expect(body.issuer).toBe('https://issuer.example.com');
    expect(body).not.toHaveProperty('jwks_uri');
  });
});
