import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { claimsOf, Client } from '../support/client.js';
import { run } from '../support/command-line.js';
import { ADMIN, startServer, type TestServer } from '../support/server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const ORIGIN = 'https://login.example.com';
const PASSWORD_LOGIN = { username: ADMIN.username, password: ADMIN.password };

interface Refusal {
  readonly code: string;
  readonly secondFactor: { readonly token: string; readonly methods: string[] };
}

describe('The domain of passkeys', () => {
  const authenticator = new SoftwareAuthenticator(ORIGIN);
  let server: TestServer;

  const logIn = async (client: Client) => (await client.post<Refusal>('/user/login', PASSWORD_LOGIN)).body;

  it('is that of PUBLIC_URL, whatever the Host says, also where a login sets the first one up', async () => {
    server = await startServer({ env: { PUBLIC_URL: `${ORIGIN}/auth`, SECOND_FACTOR: 'everybody' } });
    const client = await Client.of(server);
    const { code, secondFactor } = await logIn(client);
    expect([code, secondFactor.methods]).toEqual(['second_factor_setup_required', ['totp', 'passkey']]);
    const { token } = secondFactor;
    const { body: begun } = await client.call<{ options: PublicKeyCredentialCreationOptionsJSON }>(
      'POST',
      '/user/login/second-factor/setup',
      { body: { token, method: 'passkey' }, headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
    );
    expect(begun.options.rp.id).toBe('login.example.com');
    const elsewhere = new SoftwareAuthenticator('https://evil.example').create(begun.options);
    expect((await client.post('/user/login/second-factor', { token, passkey: elsewhere })).status).toBe(401);
    const passkey = authenticator.create(begun.options);
    const { status, body } = await client.post<{ Token: string; recoveryCodes: string[] }>(
      '/user/login/second-factor',
      {
        token,
        passkey,
      },
    );
    expect([status, body.recoveryCodes.length]).toEqual([200, 8]);
    expect(claimsOf(body.Token)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] });
    await server.stop();
  });

  it('is another one after a change of PUBLIC_URL: doctor counts the lost ones, and a recovery code helps', async () => {
    const env = { PUBLIC_URL: 'https://id.example.com' };
    const doctor = await run(server, ['doctor'], { env });
    expect(doctor.stdout).toContain(
      'passkeys that cannot be used: 1; they were made for another domain than id.example.com (PUBLIC_URL, PASSKEY_RP_ID)',
    );
    expect((await run(server, ['doctor'], { env: { PUBLIC_URL: ORIGIN } })).stdout).not.toContain('passkeys');
    const moved = await startServer({ folder: server.folder, env });
    const { code, secondFactor } = await logIn(await Client.of(moved));
    expect([code, secondFactor.methods]).toEqual(['second_factor_required', ['recovery-code']]);
    await moved.stop();
  });

  it('cannot be an IP address: the error names the setting', async () => {
    const moved = await startServer({ folder: server.folder, env: { PUBLIC_URL: 'https://192.0.2.1' } });
    const client = await Client.of(moved);
    const { status, body } = await client.post<{ code: string; message: string }>('/user/login/passkey/options', {});
    expect([status, body.code]).toEqual([409, 'passkeys_unavailable']);
    expect(body.message).toContain('PUBLIC_URL');
    expect((await logIn(client)).secondFactor.methods).toEqual(['recovery-code']);
  });
});
