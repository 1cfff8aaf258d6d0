import { createHash } from 'node:crypto';
import { isAuthHeaderShaped, isWellFormed } from '../guard/auth-header-format.js';
import { hashToken, isMasked, mask, mintToken } from './auth-header-token.js';

const BASE62 = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
/** Its checksum was computed elsewhere, with Python's zlib. */
const KNOWN = `ep_${'0'.repeat(30)}3KYb2u`;

describe('A token', () => {
  it('is ep_, 30 base62 characters and a checksum of 6 more', () => {
    for (let count = 0; count < 100; count++) {
      const token = mintToken();
      expect(token).toMatch(/^ep_[0-9A-Za-z]{36}$/);
      expect(isWellFormed(token)).toBe(true);
    }
  });

  it('has the checksum anybody else computes', () => {
    expect(isWellFormed(KNOWN)).toBe(true);
    // A checksum below 62 to the fifth is padded: secret scanners count on the length.
    const checksums = Array.from({ length: 2000 }, () => mintToken().slice(-6));
    expect(checksums.some((checksum) => checksum.startsWith('0'))).toBe(true);
  });

  it('is refused with any one character changed', () => {
    const letters = [...BASE62, '_', '-', ' ', '…', 'é', '\n'];
    for (const token of [KNOWN, mintToken()]) {
      for (let index = 0; index < token.length; index++) {
        const accepted = letters.filter(
          (letter) => letter !== token[index] && isWellFormed(token.slice(0, index) + letter + token.slice(index + 1)),
        );
        expect(accepted).toEqual([]);
      }
    }
  });

  it('is refused with two neighbours swapped', () => {
    const token = mintToken();
    for (let index = 3; index < 32; index++) {
      const [one = '', other = ''] = token.slice(index, index + 2);
      if (one === other) continue;
      expect(isWellFormed(token.slice(0, index) + other + one + token.slice(index + 2))).toBe(false);
    }
  });

  it.each(['', 'ep_', KNOWN.slice(0, -1), `${KNOWN}0`, `${KNOWN}\n`, ` ${KNOWN}`, KNOWN.toUpperCase()])(
    'is not %j',
    (text) => {
      expect(isWellFormed(text)).toBe(false);
    },
  );

  it('is never minted twice, and every place of it holds every character equally often', () => {
    // Enough that letters drawn by `byte % 62`, of which eight are a quarter more frequent, are found.
    const count = 30_000;
    const tokens = new Set<string>();
    const tallies = Array.from({ length: 30 }, () => new Map<string, number>());
    for (let minted = 0; minted < count; minted++) {
      const token = mintToken();
      tokens.add(token);
      tallies.forEach((tally, place) => {
        const letter = token.charAt(3 + place);
        tally.set(letter, (tally.get(letter) ?? 0) + 1);
      });
    }
    expect(tokens.size).toBe(count);
    const expected = count / BASE62.length;
    for (const tally of tallies) {
      const chiSquare = BASE62.reduce((sum, letter) => sum + ((tally.get(letter) ?? 0) - expected) ** 2 / expected, 0);
      // 61 degrees of freedom: a fair source is over this once in 10^9 times.
      expect(chiSquare).toBeLessThan(150);
    }
  });

  it('claims by its prefix alone to be one', () => {
    expect(isAuthHeaderShaped('ep_')).toBe(true);
    expect(isAuthHeaderShaped('EP_x')).toBe(false);
    expect(isAuthHeaderShaped('eyJhbGciOiJSUzI1NiJ9.e30.AA')).toBe(false);
  });
});

describe('What stands for a token', () => {
  it('is shown as its first and last four characters', () => {
    expect(mask(KNOWN)).toBe('ep_0000…Yb2u');
    expect(isMasked(mask(mintToken()))).toBe(true);
  });

  it.each([KNOWN, '', 'ep_0000...Yb2u', 'ep_000…Yb2u', 'ep_0000…Yb2u ', 'ep_0000…Yb2u0', 'ep_00%0…Yb2u'])(
    'is not masked as %j',
    (text) => {
      expect(isMasked(text)).toBe(false);
    },
  );

  it('is looked up by its SHA-256', () => {
    expect(hashToken(KNOWN)).toBe(createHash('sha256').update(KNOWN).digest('hex'));
  });
});
