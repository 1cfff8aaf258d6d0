import { domainToASCII } from 'node:url';

/** The characters of a host. `domainToASCII` would silently remove the other parts of a URL. */
const HOST = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * The form in which texts are compared: without regard to case, composition, width and invisible characters, like Unicode's
 * NFKC_Casefold (UAX #31, section 5.1.5). JavaScript has no case folding. Upper case makes `ß` and `ss` equal, which lower case
 * does not, and each letter is converted alone so that none takes its final form. NUL is replaced: PostgreSQL cannot store it.
 */
export function fold(text: string): string {
  const compatible = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const folded = Array.from(compatible, (letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join('');
  return folded.normalize('NFKC').replaceAll('\0', '\uFFFD');
}

/** The key by which a username is found, unique among users. */
export function usernameKey(username: string): string {
  return fold(username).trim();
}

/** The key by which an e-mail address is found, unique among users. Its host is in ASCII (UTS #46). */
export function emailKey(address: string): string {
  const text = address.trim();
  return (text.includes('@') ? addressPartKey(text) : fold(text)).trim();
}

/** What a part of an e-mail address is in the key of the address: everything behind an `@`, or all of it, is of the host. */
export function addressPartKey(part: string): string {
  const at = part.lastIndexOf('@');
  const host = part.slice(at + 1).normalize('NFKC');
  const ascii = HOST.test(host) ? domainToASCII(host) : '';
  return ascii === '' ? fold(part) : `${fold(part.slice(0, at + 1))}${ascii}`;
}
