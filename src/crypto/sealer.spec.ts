import { Logger } from '@nestjs/common';
import { StartupError } from '../errors/startup-error.js';
import { type SealedValue, Sealer } from './sealer.js';
import { SecretUnavailable, UnsealError } from './sealing-errors.js';

const SECRET = 'a secret of thirty-two bytes, or more';
const TEXT = `ep_${'0'.repeat(30)}3KYb2u`;

describe('A sealed text', () => {
  const sealer = new Sealer(SECRET, 'seal');
  const sealed = sealer.seal(TEXT, 'owner', []);

  it.each([TEXT, '', 'Grüße, 🐈', 'x'.repeat(10_000)])('opens to the same text: %#', (text) => {
    expect(sealer.open(sealer.seal(text, 'owner', []), 'owner')).toBe(text);
  });

  it('opens in another process with the same secret', () => {
    expect(new Sealer(SECRET, 'seal').open(sealed, 'owner')).toBe(TEXT);
  });

  it('does not open for another owner, secret or purpose', () => {
    expect(() => sealer.open(sealed, 'another')).toThrow(UnsealError);
    expect(() => sealer.open(sealed, '')).toThrow(UnsealError);
    expect(() => new Sealer(`${SECRET}.`, 'seal').open(sealed, 'owner')).toThrow(UnsealError);
    expect(() => new Sealer(SECRET, 'another').open(sealed, 'owner')).toThrow(UnsealError);
  });

  it('does not open if a byte is changed, removed or added', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      expect(() => sealer.open(flipped.toString('base64url'), 'owner')).toThrow(UnsealError);
      expect(() => sealer.open(bytes.subarray(0, index).toString('base64url'), 'owner')).toThrow(UnsealError);
    }
    const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
    expect(() => sealer.open(longer.toString('base64url'), 'owner')).toThrow(UnsealError);
    expect(() => sealer.open('no seal at all', 'owner')).toThrow(UnsealError);
  });

  it('differs each time, and does not contain the text', () => {
    const nonces = new Set(Array.from({ length: 1000 }, () => sealer.seal(TEXT, 'owner', []).slice(0, 16)));
    expect(nonces.size).toBe(1000);
    expect(Buffer.from(sealed, 'base64url').includes(TEXT.slice(0, 8))).toBe(false);
  });
});

describe('A rotation of the secret', () => {
  const OLD = SECRET;
  const NEW = `${SECRET}.`;
  const old = new Sealer(OLD, 'seal');
  const witnessOf = (secret: string): SealedValue => ({
    id: 'key',
    sealed: new Sealer(secret, 'seal').seal('a signing key', 'key', []),
  });
  let secrets: readonly string[];
  let sealer: Sealer;
  let errors: jest.SpyInstance;

  beforeEach(() => {
    secrets = [OLD];
    sealer = new Sealer({ name: 'the file', currentSecrets: readSecrets }, 'seal');
    sealer.open(witnessOf(OLD).sealed, 'key');
    errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
  });

  afterEach(() => {
    errors.mockRestore();
  });

  function readSecrets(): readonly string[] {
    if (secrets.length === 0) throw new StartupError('the file cannot be read');
    return secrets;
  }

  const opensWith = (secret: string, sealed: string) => new Sealer(secret, 'seal').open(sealed, 'owner') === TEXT;

  it('is not followed before its first key is resealed, and is from then on', () => {
    secrets = [NEW, OLD];
    expect(opensWith(OLD, sealer.seal(TEXT, 'owner', [witnessOf(OLD)]))).toBe(true);
    const sealed = sealer.seal(TEXT, 'owner', [witnessOf(NEW)]);
    expect(opensWith(NEW, sealed)).toBe(true);
    expect(() => old.open(sealed, 'owner')).toThrow(UnsealError);
    secrets = [NEW];
    expect(sealer.open(old.seal(TEXT, 'owner', []), 'owner')).toBe(TEXT);
  });

  it('leaves nothing that the removed secret sealed later', () => {
    // As a server that was started with SECRET_KEY alone.
    expect(() => sealer.seal(TEXT, 'owner', [witnessOf(NEW)])).toThrow(SecretUnavailable);
  });

  it('reseals what another secret sealed, and tells what does not open', () => {
    secrets = [NEW, OLD];
    const values = [
      { id: 'old', sealed: old.seal(TEXT, 'old', []) },
      { id: 'new', sealed: new Sealer(NEW, 'seal').seal(TEXT, 'new', []) },
      { id: 'damaged', sealed: 'no seal at all' },
    ];
    const { changed, unopened } = sealer.reseal(values, [witnessOf(NEW)]);
    expect(changed.map(({ id, sealed }) => [id, new Sealer(NEW, 'seal').open(sealed, id)])).toEqual([['old', TEXT]]);
    expect([...unopened]).toEqual(['damaged']);
  });

  it('is not a wrong secret in the file: the one before it goes on sealing, with one line', () => {
    secrets = ['another secret of thirty-two bytes'];
    for (let round = 0; round < 3; round++) {
      expect(opensWith(OLD, sealer.seal(TEXT, 'owner', [witnessOf(OLD)]))).toBe(true);
      expect(() => sealer.open('no seal at all', 'owner')).toThrow(UnsealError);
      expect(sealer.open(old.seal(TEXT, 'owner', []), 'owner')).toBe(TEXT);
    }
    expect(errors.mock.calls).toEqual([[expect.stringMatching(/^the file is not the secret/)]]);
  });

  it('is not a missing file: nothing is sealed, with one line, and everything opens', () => {
    secrets = [];
    for (let round = 0; round < 3; round++) {
      expect(() => sealer.seal(TEXT, 'owner', [witnessOf(OLD)])).toThrow(SecretUnavailable);
      expect(sealer.open(old.seal(TEXT, 'owner', []), 'owner')).toBe(TEXT);
    }
    expect(errors.mock.calls).toEqual([['the file cannot be read']]);
    secrets = [OLD];
    expect(opensWith(OLD, sealer.seal(TEXT, 'owner', [witnessOf(OLD)]))).toBe(true);
  });

  it('makes a process remember no more than the last few secrets', () => {
    const all = Array.from({ length: 10 }, (_, index) => `${SECRET} ${index}`);
    for (const secret of all) {
      secrets = [secret];
      sealer.seal(TEXT, 'owner', [witnessOf(secret)]);
    }
    const opened = all.filter((secret) => {
      try {
        return sealer.open(witnessOf(secret).sealed, 'key') !== '';
      } catch {
        return false;
      }
    });
    expect(opened).toEqual(all.slice(-6));
  });
});
