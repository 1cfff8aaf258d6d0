import { codeOf, findStep, stepOf, TOTP } from './totp.js';

const SECRET = Buffer.from('12345678901234567890');
const NOW = 1_111_111_109_000;
const CODE = codeOf(SECRET, stepOf(NOW));

describe('codeOf', () => {
  // RFC 6238, appendix B, whose codes have eight digits: the last six are the code of six.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('makes the code of RFC 6238 at second %i', (second, code) => {
    expect(codeOf(SECRET, stepOf(second * 1000))).toBe(code.slice(-TOTP.digits));
  });

  it('makes the codes of RFC 4226, appendix D', () => {
    expect(Array.from({ length: 10 }, (_, step) => codeOf(SECRET, step))).toEqual([
      ...['755224', '287082', '359152', '969429', '338314'],
      ...['254676', '287922', '162583', '399871', '520489'],
    ]);
  });
});

describe('findStep', () => {
  it.each([-1, 0, 1])('accepts the code of a clock that is %i steps off', (off) => {
    expect(findStep(SECRET, codeOf(SECRET, stepOf(NOW) + off), NOW)).toBe(stepOf(NOW) + off);
  });

  it.each([-2, 2])('refuses the code of a clock that is %i steps off', (off) => {
    expect(findStep(SECRET, codeOf(SECRET, stepOf(NOW) + off), NOW)).toBeUndefined();
  });

  it('refuses the code of a step that was accepted, or of an earlier one', () => {
    expect(findStep(SECRET, CODE, NOW, stepOf(NOW))).toBeUndefined();
    expect(findStep(SECRET, CODE, NOW, stepOf(NOW) + 1)).toBeUndefined();
    expect(findStep(SECRET, CODE, NOW, stepOf(NOW) - 1)).toBe(stepOf(NOW));
  });

  it.each(['', '1', '0000000', 'abcdef', `${CODE}0`, `0${CODE}`, '１２３４５６'])('refuses %j', (code) => {
    expect(findStep(SECRET, code, NOW)).toBeUndefined();
  });
});
