import { acrOf, amrOf, type Proof } from './amr.js';

describe('The methods of a login', () => {
  it.each<[readonly Proof[], readonly string[], string]>([
    [['pwd'], ['pwd'], 'aal1'],
    [['pwd', 'otp'], ['pwd', 'otp', 'mfa'], 'aal2'],
    [['pwd', 'hwk'], ['pwd', 'hwk', 'mfa'], 'aal2'],
    [['pwd', 'swk', 'user'], ['pwd', 'swk', 'user', 'mfa'], 'aal2'],
    // A passkey in place of the password.
    [['hwk', 'user'], ['hwk', 'user', 'mfa'], 'aal2'],
    [['swk', 'user'], ['swk', 'user', 'mfa'], 'aal2'],
    // One kind alone, also where it was proved twice.
    [['hwk'], ['hwk'], 'aal1'],
    [['otp', 'hwk'], ['otp', 'hwk'], 'aal1'],
    [['otp', 'user'], ['otp', 'user'], 'aal1'],
    [['pwd', 'user'], ['pwd', 'user'], 'aal1'],
    [['pwd', 'pwd'], ['pwd'], 'aal1'],
    [[], [], 'aal1'],
  ])('of %j are %j, which is %s', (proofs, amr, acr) => {
    expect(amrOf(proofs)).toEqual(amr);
    expect(acrOf(amrOf(proofs))).toBe(acr);
  });
});
