import 'reflect-metadata';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import { type Behaviour, SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { loadSettings } from '../config/load-settings.js';
import { PasskeySites } from './passkey-site.js';
import { type PasskeyColumns, Passkeys } from './passkeys.js';

const ORIGIN = 'https://login.example.com';
const OWNER = { handle: newChallenge(), username: 'alice' };

function newChallenge(): string {
  return randomBytes(32).toString('base64url');
}

function sitesOf(environment: NodeJS.ProcessEnv): PasskeySites {
  return new PasskeySites(loadSettings(environment), {} as never);
}

describe('The protocol of passkeys', () => {
  const passkeys = new Passkeys(sitesOf({ PUBLIC_URL: `${ORIGIN}/auth` }));

  async function enrol(
    authenticator = new SoftwareAuthenticator(ORIGIN),
    behaviour: Behaviour = {},
  ): Promise<PasskeyColumns | undefined> {
    const challenge = newChallenge();
    const options = await passkeys.enrolmentOptions(challenge, OWNER, []);
    return passkeys.readEnrolment(authenticator.create(options, behaviour), challenge);
  }

  async function enrolled(authenticator: SoftwareAuthenticator, behaviour: Behaviour = {}): Promise<PasskeyColumns> {
    const passkey = await enrol(authenticator, behaviour);
    if (passkey === undefined) throw new Error('The enrolment was refused');
    return passkey;
  }

  it('asks for no attestation, and names the user by the handle', async () => {
    const challenge = newChallenge();
    await expect(passkeys.enrolmentOptions(challenge, OWNER, [])).resolves.toMatchObject({
      challenge,
      rp: { id: 'login.example.com' },
      user: { id: OWNER.handle, name: 'alice' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred' },
      excludeCredentials: [],
      timeout: 300_000,
    });
  });

  it('tells the authenticator which passkeys the user has, so that it makes no second', async () => {
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    const existing = await enrolled(authenticator);
    const options = await passkeys.enrolmentOptions(newChallenge(), OWNER, [existing]);
    expect(() => authenticator.create(options)).toThrow('InvalidStateError');
  });

  it('stores what a passkey of one device and a synchronised one say of themselves', async () => {
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    const passkey = await enrolled(authenticator, { counter: 7 });
    expect(passkey).toMatchObject({
      credentialId: authenticator.held[0]?.id,
      rpId: 'login.example.com',
      signCount: 7,
      deviceType: 'singleDevice',
      backedUp: 0,
      aaguid: '00000000-0000-0000-0000-000000000000',
      transports: ['internal', 'hybrid'],
    });
    await expect(enrol(authenticator, { isSynchronised: true })).resolves.toMatchObject({
      deviceType: 'multiDevice',
      backedUp: 1,
    });
  });

  it('enrols a passkey of a security key without a PIN', async () => {
    await expect(enrol(undefined, { verifiesUser: false })).resolves.toBeDefined();
  });

  it.each<[string, Behaviour]>([
    ['for another origin', { origin: 'https://login.example.com.evil.example' }],
    ['for the same host at another port', { origin: 'https://login.example.com:8443' }],
    ['for another domain', { rpId: 'example.com' }],
    ['for another challenge', { challenge: newChallenge() }],
  ])('refuses a passkey that was made %s', async (_, behaviour) => {
    await expect(enrol(undefined, behaviour)).resolves.toBeUndefined();
  });

  it('reads no certificate of an attestation: the library would ask the hosts that it names', async () => {
    const attStmt = new Map<string, unknown>([['x5c', [new Uint8Array(64)]]]);
    await expect(enrol(undefined, { attestation: { fmt: 'apple', attStmt } })).resolves.toBeDefined();
  });

  it('refuses a malformed enrolment without an error of its own', async () => {
    const challenge = newChallenge();
    const options = await passkeys.enrolmentOptions(challenge, OWNER, []);
    const { response, ...envelope } = new SoftwareAuthenticator(ORIGIN).create(options);
    // CBOR: a list in a list, as deep as a body is long.
    const deep = Buffer.alloc(12_000, 0x81).toString('base64url');
    for (const attestationObject of ['', '?', 'gA', deep]) {
      const malformed = { ...envelope, response: { ...response, attestationObject } } as RegistrationResponseJSON;
      await expect(passkeys.readEnrolment(malformed, challenge)).resolves.toBeUndefined();
    }
  });

  describe('a proof', () => {
    async function prove(behaviour: Behaviour = {}, isAlone = true) {
      const authenticator = new SoftwareAuthenticator(ORIGIN);
      const passkey = await enrolled(authenticator, { counter: 1 });
      const demand = { challenge: newChallenge(), isAlone };
      const options = await passkeys.proofOptions(demand, [passkey]);
      return passkeys.readProof(authenticator.get(options, behaviour), demand, passkey);
    }

    it('is right once the user has touched the authenticator, and tells its counter', async () => {
      await expect(prove()).resolves.toEqual({
        used: { signCount: 2, deviceType: 'singleDevice', backedUp: 0 },
        isUserVerified: true,
      });
    });

    it('needs no PIN as the second of two factors, and a PIN as the only one', async () => {
      await expect(prove({ verifiesUser: false }, false)).resolves.toMatchObject({ isUserVerified: false });
      await expect(prove({ verifiesUser: false }, true)).resolves.toBeUndefined();
    });

    it.each<[string, Behaviour]>([
      ['at another origin', { origin: 'https://login.example.com.evil.example' }],
      ['over plain HTTP', { origin: 'http://login.example.com' }],
      ['for another domain', { rpId: 'evil.example' }],
      ['for another challenge', { challenge: newChallenge() }],
    ])('made %s is refused', async (_, behaviour) => {
      await expect(prove(behaviour)).resolves.toBeUndefined();
    });

    it('of another passkey is refused, also under the id of the right one', async () => {
      const authenticator = new SoftwareAuthenticator(ORIGIN);
      const passkey = await enrolled(authenticator);
      await enrolled(authenticator);
      const demand = { challenge: newChallenge(), isAlone: false };
      const foreign = authenticator.get(await passkeys.proofOptions(demand, []));
      await expect(passkeys.readProof(foreign, demand, passkey)).resolves.toBeUndefined();
      const id = passkey.credentialId;
      await expect(passkeys.readProof({ ...foreign, id, rawId: id }, demand, passkey)).resolves.toBeUndefined();
    });

    it('that is an enrolment is refused', async () => {
      const authenticator = new SoftwareAuthenticator(ORIGIN);
      const passkey = await enrolled(authenticator);
      const demand = { challenge: newChallenge(), isAlone: false };
      const proof = authenticator.get(await passkeys.proofOptions(demand, [passkey]));
      const clientData = JSON.parse(Buffer.from(proof.response.clientDataJSON, 'base64url').toString()) as object;
      const clientDataJSON = Buffer.from(JSON.stringify({ ...clientData, type: 'webauthn.create' })).toString(
        'base64url',
      );
      const forged = { ...proof, response: { ...proof.response, clientDataJSON } };
      await expect(passkeys.readProof(forged, demand, passkey)).resolves.toBeUndefined();
    });
  });
});

describe('The domain of passkeys', () => {
  it.each([
    [{ PUBLIC_URL: 'https://login.example.com:8443/auth' }, 'login.example.com', 'https://login.example.com:8443'],
    [
      { PUBLIC_URL: 'https://login.example.com', PASSKEY_RP_ID: 'Example.com' },
      'example.com',
      'https://login.example.com',
    ],
    [{ PUBLIC_URL: 'http://localhost:8080' }, 'localhost', 'http://localhost:8080'],
    [{ PORT: '4000' }, 'localhost', 'http://localhost:4000'],
  ])('with %j is %s', (environment, rpId, origin) => {
    const sites = sitesOf(environment);
    expect(sites.current).toMatchObject({ rpId, origin });
  });

  it.each(['https://192.0.2.1', 'https://[2001:db8::1]:8443', 'http://login.example.com'])(
    'is none at %s, and the error names the setting',
    (url) => {
      const sites = sitesOf({ PUBLIC_URL: url });
      expect(sites.rpId).toBeUndefined();
      expect(() => sites.current).toThrow(/PUBLIC_URL/);
    },
  );

  it.each([
    [{ PASSKEY_RP_ID: 'example.com' }, 'PASSKEY_RP_ID needs a PUBLIC_URL'],
    [
      { PASSKEY_RP_ID: 'example.org', PUBLIC_URL: 'https://login.example.com' },
      'PASSKEY_RP_ID must be the host of PUBLIC_URL, or a domain above it',
    ],
    [
      { PASSKEY_RP_ID: 'ample.com', PUBLIC_URL: 'https://login.example.com' },
      'PASSKEY_RP_ID must be the host of PUBLIC_URL, or a domain above it',
    ],
    [
      { PASSKEY_RP_ID: 'com', PUBLIC_URL: 'https://example.com' },
      'PASSKEY_RP_ID must be the host of PUBLIC_URL, or a domain above it',
    ],
    [{ PASSKEY_RP_ID: 'https://example.com' }, 'PASSKEY_RP_ID must be a domain such as example.com; no URL, no port'],
  ])('that %j sets is refused at the start', (environment, complaint) => {
    expect(() => loadSettings(environment)).toThrow(complaint);
  });
});
