import { SealBroken, Sealer } from './sealer.js';

const SECRET = 'a secret of thirty-two bytes, or more';
const TEXT = `ep_${'0'.repeat(30)}3KYb2u`;

describe('What was sealed', () => {
  const sealer = new Sealer(SECRET, 'seal');
  const sealed = sealer.seal(TEXT, 'owner');

  it.each([TEXT, '', 'Grüße, 🐈', 'x'.repeat(10_000)])('opens to the same text: %#', (text) => {
    expect(sealer.open(sealer.seal(text, 'owner'), 'owner')).toBe(text);
  });

  it('opens in another process with the same secret', () => {
    expect(new Sealer(SECRET, 'seal').open(sealed, 'owner')).toBe(TEXT);
  });

  it('opens for no other owner, secret or purpose', () => {
    expect(() => sealer.open(sealed, 'another')).toThrow(SealBroken);
    expect(() => sealer.open(sealed, '')).toThrow(SealBroken);
    expect(() => new Sealer(`${SECRET}.`, 'seal').open(sealed, 'owner')).toThrow(SealBroken);
    expect(() => new Sealer(SECRET, 'another').open(sealed, 'owner')).toThrow(SealBroken);
  });

  it('does not open once any byte of it is changed, dropped or added', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      expect(() => sealer.open(flipped.toString('base64url'), 'owner')).toThrow(SealBroken);
      expect(() => sealer.open(bytes.subarray(0, index).toString('base64url'), 'owner')).toThrow(SealBroken);
    }
    const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
    expect(() => sealer.open(longer.toString('base64url'), 'owner')).toThrow(SealBroken);
    expect(() => sealer.open('no seal at all', 'owner')).toThrow(SealBroken);
  });

  it('looks different each time, and shows nothing of the text', () => {
    const nonces = new Set(Array.from({ length: 1000 }, () => sealer.seal(TEXT, 'owner').slice(0, 16)));
    expect(nonces.size).toBe(1000);
    expect(Buffer.from(sealed, 'base64url').includes(TEXT.slice(0, 8))).toBe(false);
  });

  it('opens with the secret before as well, and is sealed anew with the one in force', () => {
    let secrets = [SECRET];
    const rotating = new Sealer({ inForce: () => secrets }, 'seal');
    expect(rotating.open(sealed, 'owner')).toBe(TEXT);
    expect(rotating.reseal(sealed, 'owner')).toBeUndefined();
    secrets = [`${SECRET}.`, SECRET];
    const resealed = rotating.seal(TEXT, 'owner');
    const anew = rotating.reseal(sealed, 'owner') ?? '';
    for (const text of [resealed, anew]) expect(new Sealer(`${SECRET}.`, 'seal').open(text, 'owner')).toBe(TEXT);
    expect(() => sealer.open(anew, 'owner')).toThrow(SealBroken);
    expect(sealer.open(sealed, 'owner')).toBe(TEXT);
  });
});
