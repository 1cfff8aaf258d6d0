import { UnsealError, Sealer } from './sealer.js';

const SECRET = 'a secret of thirty-two bytes, or more';
const TEXT = `ep_${'0'.repeat(30)}3KYb2u`;

describe('A sealed text', () => {
  const sealer = new Sealer(SECRET, 'seal');
  const sealed = sealer.seal(TEXT, 'owner');

  it.each([TEXT, '', 'Grüße, 🐈', 'x'.repeat(10_000)])('opens to the same text: %#', (text) => {
    expect(sealer.open(sealer.seal(text, 'owner'), 'owner')).toBe(text);
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
    const nonces = new Set(Array.from({ length: 1000 }, () => sealer.seal(TEXT, 'owner').slice(0, 16)));
    expect(nonces.size).toBe(1000);
    expect(Buffer.from(sealed, 'base64url').includes(TEXT.slice(0, 8))).toBe(false);
  });

  it('opens with the previous secret, and is resealed with the current one', () => {
    let secrets = [SECRET];
    const rotating = new Sealer({ currentSecrets: () => secrets }, 'seal');
    expect(rotating.open(sealed, 'owner')).toBe(TEXT);
    expect(rotating.reseal(sealed, 'owner')).toBeUndefined();
    secrets = [`${SECRET}.`, SECRET];
    const resealed = rotating.seal(TEXT, 'owner');
    const anew = rotating.reseal(sealed, 'owner') ?? '';
    for (const text of [resealed, anew]) expect(new Sealer(`${SECRET}.`, 'seal').open(text, 'owner')).toBe(TEXT);
    expect(() => sealer.open(anew, 'owner')).toThrow(UnsealError);
    expect(sealer.open(sealed, 'owner')).toBe(TEXT);
  });
});
