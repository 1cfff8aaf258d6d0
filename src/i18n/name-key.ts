import { domainToASCII } from 'node:url';

/** A host as it may be registered: what else a URL could hold in its place would be taken off it without a word. */
const HOST = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * The form in which texts are compared: without regard to case, composition, width and what cannot be seen, as Unicode's
 * NFKC_Casefold is (UAX #31, section 5.1.5). JavaScript has no case folding: upper case unites what lower case leaves apart, such
 * as `ß` and `ss`, and a letter by itself has no final form. PostgreSQL cannot hold a NUL, so one can be in nobody's name.
 */
export function fold(text: string): string {
  const compatible = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const folded = Array.from(compatible, (letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join('');
  return folded.normalize('NFKC').replaceAll('\0', '\uFFFD');
}

/** What a username is found by: no two users have the same. */
export function usernameKey(username: string): string {
  return fold(username).trim();
}

/** What an e-mail address is found by: no two users have the same. An internationalised host is the same in ASCII (UTS #46). */
export function emailKey(address: string): string {
  const text = address.trim();
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1).normalize('NFKC');
  const ascii = at >= 0 && HOST.test(host) ? domainToASCII(host) : '';
  return ascii === '' ? fold(text).trim() : `${fold(text.slice(0, at))}@${ascii}`;
}
