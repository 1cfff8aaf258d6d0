import type { Acr } from '../guard/login-proof.js';

/**
 * What a user can prove at a login, in the words of RFC 8176, section 2: a password, a code (of an authenticator or a recovery
 * code), a passkey of one device or one that devices share, and `user`, the verification of the user by the passkey's device.
 */
export type Proof = 'pwd' | 'otp' | 'hwk' | 'swk' | 'user';

/** How a user has logged in: the proofs, and `mfa` where they are of two different kinds. */
export type AuthenticationMethod = Proof | 'mfa';

/** The proof of a login with a password and nothing else. */
export const BY_PASSWORD = ['pwd'] as const satisfies readonly AuthenticationMethod[];

/**
 * The `amr` of a login. A passkey whose device has verified the user counts as two kinds: the device, and what the user knows
 * or is. Two codes, or a code and a passkey, are both something that the user has, and count as one.
 */
export function amrOf(proofs: readonly Proof[]): AuthenticationMethod[] {
  const has = (...some: Proof[]): boolean => some.some((one) => proofs.includes(one));
  const isMultiFactor = has('hwk', 'swk') ? has('pwd', 'user') : has('otp') && has('pwd');
  return [...new Set<AuthenticationMethod>([...proofs, ...(isMultiFactor ? (['mfa'] as const) : [])])];
}

/** How strongly a login was proved, from its `amr`. */
export function acrOf(amr: readonly string[]): Acr {
  return amr.includes('mfa') ? 'aal2' : 'aal1';
}
