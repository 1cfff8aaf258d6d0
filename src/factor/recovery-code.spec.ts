import { makeRecoveryCode, readRecoveryCode } from './recovery-code.js';
import { toBase32 } from './base32.js';

describe('toBase32', () => {
  // RFC 4648, section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as RFC 4648 does', (text, expected) => {
    expect(toBase32(Buffer.from(text))).toBe(expected);
  });
});

describe('makeRecoveryCode', () => {
  it('has 120 random bits in 24 characters, and no two are the same', () => {
    const codes = Array.from({ length: 1000 }, makeRecoveryCode);
    expect(codes.every((code) => /^[A-Z2-7]{24}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('readRecoveryCode', () => {
  it('reads a code as people type it', () => {
    const code = makeRecoveryCode();
    expect(readRecoveryCode(` ${code.toLowerCase().replace(/(.{6})(?=.)/g, '$1-')} `)).toBe(code);
  });

  it.each(['', '492039', 'A'.repeat(23), 'A'.repeat(25), '1'.repeat(24)])('takes %j for none', (text) => {
    expect(readRecoveryCode(text)).toBeUndefined();
  });
});
