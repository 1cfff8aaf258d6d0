import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { parseJwt, type ParsedJwt } from './jwt.js';
import { KeySet } from './key-set.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SIGNERS: Record<string, (signed: Buffer) => Buffer> = {
  RS256: (signed) => sign('sha256', signed, RSA.privateKey),
  PS256: (signed) =>
    sign('sha256', signed, { key: RSA.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ES256: (signed) => sign('sha256', signed, { key: EC.privateKey, dsaEncoding: 'ieee-p1363' }),
  HS256: () => Buffer.from('any'),
};

function jwtOf(alg: string, kid = alg): ParsedJwt {
  const [head, body] = [{ alg, typ: 'JWT', kid }, { sub: 'user' }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = `${head ?? ''}.${body ?? ''}`;
  const jwt = parseJwt(`${signed}.${SIGNERS[alg]?.(Buffer.from(signed)).toString('base64url') ?? ''}`);
  if (jwt === undefined) throw new Error(`${alg} is not read`);
  return jwt;
}

function jwkOf(alg: string, { publicKey }: { publicKey: KeyObject }, kid = alg): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), alg, kid, use: 'sig' };
}

const ALL = [jwkOf('RS256', RSA), jwkOf('PS256', RSA), jwkOf('ES256', EC)];

describe('The key set of a guard', () => {
  let read: jest.Mock<Promise<unknown[]>>;
  let keys: KeySet;

  beforeEach(() => {
    jest.useFakeTimers();
    read = jest.fn(() => Promise.resolve(ALL));
    keys = new KeySet(read);
  });
  afterEach(() => jest.useRealTimers());

  it.each(['RS256', 'PS256', 'ES256'])('knows what its key has signed: %s', async (alg) => {
    expect(await keys.mayHaveSigned(jwtOf(alg))).toBe(true);
    expect(await keys.mayHaveSigned({ ...jwtOf(alg), signed: 'another text' })).toBe(false);
  });

  it('takes the algorithm from the key, and not from the JWT (RFC 8725, section 3.1)', async () => {
    expect(await keys.mayHaveSigned(jwtOf('PS256', 'RS256'))).toBe(false);
    expect(await keys.mayHaveSigned(jwtOf('RS256', 'PS256'))).toBe(false);
    expect(await keys.mayHaveSigned(jwtOf('HS256', 'RS256'))).toBe(false);
  });

  it('leaves a JWT without a public key to a server that publishes none', async () => {
    read.mockResolvedValue([]);
    expect(await keys.mayHaveSigned(jwtOf('HS256'))).toBe(true);
    expect(await keys.mayHaveSigned(jwtOf('RS256'))).toBe(false);
  });

  it('goes on without a key that it does not understand', async () => {
    const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    const odd = ['RS256', 'PS256', 'ES256'].map((alg) => ({ ...edwards, alg, kid: `odd ${alg}` }));
    const none = [
      null,
      5,
      'text',
      [],
      {},
      { kid: 5 },
      { kid: 'x', alg: 'RS256' },
      { kid: 'y', alg: 'ES256', kty: 'oct' },
    ];
    read.mockResolvedValue([{ ...edwards, alg: 'EdDSA', kid: 'new' }, ...none, ...odd, ...ALL]);
    expect(await keys.mayHaveSigned(jwtOf('RS256'))).toBe(true);
    for (const { alg, kid } of odd) expect(await keys.mayHaveSigned(jwtOf(alg, kid))).toBe(false);
  });

  it('is read once for those who ask at the same time, and again after five minutes', async () => {
    await Promise.all(Array.from({ length: 20 }, () => keys.mayHaveSigned(jwtOf('RS256'))));
    expect(read).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(299_000);
    await keys.mayHaveSigned(jwtOf('RS256'));
    expect(read).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1000);
    await keys.mayHaveSigned(jwtOf('RS256'));
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('stays good for those five minutes if the server cannot be asked, and says nothing of an unknown key', async () => {
    await keys.refresh();
    read.mockRejectedValue(new Error('away'));
    jest.advanceTimersByTime(2000);
    // It may be new: the JWT is not refused. The second one does not ask again.
    for (let check = 0; check < 2; check++) {
      await expect(keys.mayHaveSigned(jwtOf('RS256', 'unknown'))).rejects.toThrow('away');
      await expect(keys.mayHaveSigned(jwtOf('HS256'))).rejects.toThrow('away');
    }
    expect(read).toHaveBeenCalledTimes(2);
    expect(await keys.mayHaveSigned(jwtOf('RS256'))).toBe(true);
    jest.advanceTimersByTime(300_000);
    await expect(keys.mayHaveSigned(jwtOf('RS256'))).rejects.toThrow('away');
    read.mockResolvedValue(ALL);
    expect(await keys.mayHaveSigned(jwtOf('RS256', 'unknown'))).toBe(false);
  });

  it('is read once a second for unknown keys, and at once after news of keys', async () => {
    await keys.refresh();
    for (let kid = 0; kid < 100; kid++) await keys.mayHaveSigned(jwtOf('ES256', String(kid)));
    expect(read).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1000);
    for (let kid = 0; kid < 100; kid++) await keys.mayHaveSigned(jwtOf('ES256', String(kid)));
    expect(read).toHaveBeenCalledTimes(2);
    read.mockResolvedValue([...ALL, jwkOf('ES256', EC, 'new')]);
    keys.expire();
    expect(await keys.mayHaveSigned(jwtOf('ES256', 'new'))).toBe(true);
  });

  it('is read again if the news of keys comes while it is being read', async () => {
    let answer: (keys: Record<string, unknown>[]) => void = () => undefined;
    read.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const isKnown = keys.mayHaveSigned(jwtOf('ES256', 'new'));
    read.mockResolvedValue([...ALL, jwkOf('ES256', EC, 'new')]);
    keys.expire();
    answer(ALL);
    expect(await isKnown).toBe(true);
  });
});
