import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import { type AuthHeaderAnswer, Client } from '../support/client.js';
import { freePort } from '../support/free-port.js';
import { runPython } from '../support/interpreters.js';
import { startServer } from '../support/server.js';
import { describeWithProgram } from '../support/with-program.js';

const SCOPES = ['orders:read', 'orders:write'];
/** They refuse `http` unless they are told that this is a test. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated so that nobody uses it outside of a test
const INSECURE = { [oauth.allowInsecureRequests]: true };

let url: string;
let client: Client;
/** The auth header by which a program is a client. */
let own: AuthHeaderAnswer;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const server = await startServer({ env: { PORT: String(port), PUBLIC_URL: url } });
  client = await Client.of(server);
  own = await add();
});

const add = async (): Promise<AuthHeaderAnswer> =>
  client.addAuthHeader(await client.logIn(), { name: 'program', scopes: SCOPES });

describe('oauth4webapi', () => {
  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const issuer = new URL(url);
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE });
    return oauth.processDiscoveryResponse(issuer, response);
  };
  const grant = async (
    id: string,
    authentication: oauth.ClientAuth,
    scope = 'orders:read',
  ): Promise<oauth.TokenEndpointResponse> => {
    const server = await discover();
    const program = { client_id: id };
    const response = await oauth.clientCredentialsGrantRequest(server, program, authentication, { scope }, INSECURE);
    return oauth.processClientCredentialsResponse(server, program, response);
  };

  it.each([
    ['Basic', oauth.ClientSecretBasic],
    ['the form', oauth.ClientSecretPost],
  ])('logs in, introspects and revokes, with %s', async (_, authenticate) => {
    const server = await discover();
    const { id, token } = await add();
    const [program, authentication] = [{ client_id: id }, authenticate(token)];
    const granted = await grant(id, authentication);
    expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'orders:read' });
    const introspect = async (asked: string): Promise<oauth.IntrospectionResponse> => {
      const response = await oauth.introspectionRequest(server, program, authentication, asked, INSECURE);
      return oauth.processIntrospectionResponse(server, program, response);
    };
    expect(await introspect(granted.access_token)).toMatchObject({ active: true, client_id: id, iss: url });
    expect(await introspect('x')).toEqual({ active: false });
    const response = await oauth.revocationRequest(server, program, authentication, token, INSECURE);
    await expect(oauth.processRevocationResponse(response)).resolves.toBeUndefined();
    expect((await client.get('/user/me', granted.access_token)).status).toBe(401);
  });

  it('checks the JWT as RFC 9068 says', async () => {
    const server = await discover();
    const { access_token } = await grant(own.id, oauth.ClientSecretBasic(own.token));
    const request = new Request(url, { headers: { authorization: `Bearer ${access_token}` } });
    const claims = await oauth.validateJwtAccessToken(server, request, 'elastic-personas', INSECURE);
    expect(claims).toMatchObject({ client_id: own.id, scope: 'orders:read', iss: url });
    const login = new Request(url, { headers: { authorization: `Bearer ${await client.logIn()}` } });
    await expect(oauth.validateJwtAccessToken(server, login, 'elastic-personas', INSECURE)).rejects.toThrow();
  });

  it('understands a wrong secret and a scope that the auth header lacks', async () => {
    // It reports the challenge, where there is one, in place of the body.
    await expect(grant(own.id, oauth.ClientSecretBasic('x'))).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'elastic-personas' } }],
    });
    await expect(grant(own.id, oauth.ClientSecretBasic(own.token), 'admin')).rejects.toMatchObject({
      status: 400,
      error: 'invalid_scope',
    });
  });
});

describe('openid-client', () => {
  const discover = (secret: string) =>
    openid.discovery(new URL(url), own.id, secret, undefined, {
      algorithm: 'oauth2',
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated so that nobody uses it outside of a test
      execute: [openid.allowInsecureRequests],
    });

  it('logs in, introspects and revokes', async () => {
    const config = await discover(own.token);
    const { access_token, scope } = await openid.clientCredentialsGrant(config, { scope: SCOPES.join(' ') });
    expect(scope).toBe(SCOPES.join(' '));
    expect(await openid.tokenIntrospection(config, access_token)).toMatchObject({ active: true, client_id: own.id });
    const session = await client.logIn();
    await openid.tokenRevocation(config, session);
    expect(await openid.tokenIntrospection(config, session)).toEqual({ active: false });
  });

  it('understands a wrong secret and a scope that the auth header lacks', async () => {
    await expect(openid.clientCredentialsGrant(await discover('x'))).rejects.toMatchObject({ status: 401 });
    const refused = openid.clientCredentialsGrant(await discover(own.token), { scope: 'admin' });
    await expect(refused).rejects.toMatchObject({ status: 400, error: 'invalid_scope' });
  });
});

describe('simple-oauth2', () => {
  const programWith = (secret: string) =>
    new ClientCredentials({
      client: { id: own.id, secret },
      auth: { tokenHost: url, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
    });

  it('logs in', async () => {
    const { token } = await programWith(own.token).getToken({ scope: 'orders:read' });
    expect((await client.get('/user/me', String(token.access_token))).status).toBe(200);
  });

  it('understands a wrong secret and a scope that the auth header lacks', async () => {
    await expect(programWith('x').getToken({})).rejects.toMatchObject({
      data: { payload: { error: 'invalid_client' } },
    });
    await expect(programWith(own.token).getToken({ scope: 'admin' })).rejects.toMatchObject({
      data: { payload: { error: 'invalid_scope' } },
    });
  });
});

const PYTHON = {
  name: 'authlib and requests-oauthlib',
  command: '/usr/bin/python3',
  versionOption: '-cimport authlib, requests_oauthlib',
  requiredBy: 'CI_REQUIRES_PYTHON_OAUTH',
};

describeWithProgram(PYTHON, 'Clients of Python', () => {
  const environment = () => ({
    URL: url,
    ID: own.id,
    SECRET: own.token,
    OAUTHLIB_INSECURE_TRANSPORT: '1',
    AUTHLIB_INSECURE_TRANSPORT: '1',
  });

  it('authlib logs in, introspects and revokes, and understands refusals', async () => {
    const session = await client.logIn();
    const program = `
import os
from authlib.integrations.requests_client import OAuth2Session
from authlib.integrations.base_client.errors import OAuthError

url = os.environ["URL"]
for method in ["client_secret_basic", "client_secret_post"]:
    def client(secret, scope):
        return OAuth2Session(os.environ["ID"], secret, scope=scope, token_endpoint_auth_method=method,
            introspection_endpoint_auth_method=method, revocation_endpoint_auth_method=method)
    own = client(os.environ["SECRET"], "orders:read")
    token = own.fetch_token(url + "/oauth/token", grant_type="client_credentials")
    print(token["scope"], own.introspect_token(url + "/oauth/introspect", token=token["access_token"]).json()["active"])
    print(own.revoke_token(url + "/oauth/revoke", token=os.environ["SESSION"]).status_code)
    print(own.introspect_token(url + "/oauth/introspect", token=os.environ["SESSION"]).text)
    for secret, scope in [("x", "orders:read"), (os.environ["SECRET"], "admin")]:
        try:
            client(secret, scope).fetch_token(url + "/oauth/token", grant_type="client_credentials")
        except OAuthError as error:
            print(error.error)
`;
    const printed = await runPython(program, { ...environment(), SESSION: session });
    const lines = ['orders:read True', '200', '{"active":false}', 'invalid_client', 'invalid_scope'];
    expect(printed.trim().split('\n')).toEqual([...lines, ...lines]);
  });

  it('requests-oauthlib logs in, and understands refusals', async () => {
    const program = `
import os
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests_oauthlib import OAuth2Session

url = os.environ["URL"]
def log_in(secret, scope):
    session = OAuth2Session(client=BackendApplicationClient(client_id=os.environ["ID"], scope=scope))
    session.fetch_token(url + "/oauth/token", client_secret=secret)
    return session

print(log_in(os.environ["SECRET"], ["orders:read"]).get(url + "/user/me").status_code)
for secret, scope in [("x", ["orders:read"]), (os.environ["SECRET"], ["admin"])]:
    try:
        log_in(secret, scope)
    except OAuth2Error as error:
        print(error.error)
`;
    const printed = await runPython(program, environment());
    expect(printed.trim().split('\n')).toEqual(['200', 'invalid_client', 'invalid_scope']);
  });
});
