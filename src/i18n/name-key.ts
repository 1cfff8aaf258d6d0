import { domainToASCII } from 'node:url';

/** Text whose ASCII can be a host's. `domainToASCII` would silently remove the other parts of a URL. */
const HOST = /^(?:[\w.-]|[^\0-\x7F])+$/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Two hosts may differ in a joiner alone (UTS #46, section 4), where a script needs it. Elsewhere it is invisible. */
const JOINERS = /[\u200C\u200D]/g;
const INVISIBLE_IN_HOST = /(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/gu;
/** Full stops of scripts, each of which separates the labels of a host as `.` does (UTS #46, section 2.3). */
const FULL_STOPS = /[\u3002\uFF0E\uFF61]/g;

/**
 * The form in which texts are compared: without regard to case, composition, width and invisible characters, like Unicode's
 * NFKC_Casefold (UAX #31, section 5.1.5). JavaScript has no case folding. Upper case makes `ß` and `ss` equal, which lower case
 * does not, and each letter is converted alone so that none takes its final form. NUL is replaced: PostgreSQL cannot store it.
 */
export function fold(text: string): string {
  const compatible = text.normalize('NFKC').replace(INVISIBLE, '');
  const folded = Array.from(compatible, (letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join('');
  return folded.normalize('NFKC').replaceAll('\0', '\uFFFD');
}

/** The key by which a username is found, unique among users. */
export function usernameKey(username: string): string {
  return fold(username).trim();
}

/** The key by which an e-mail address is found, unique among users. Its host is in ASCII (UTS #46). */
export function emailKey(address: string): string {
  const text = address.normalize('NFKC');
  return (text.includes('@') ? addressPartKey(text) : fold(text)).trim();
}

/** What a part of an e-mail address is in the key of the address: everything behind an `@`, or all of it, is of the host. */
export function addressPartKey(part: string): string {
  // A wide `@` separates the host like another.
  const text = part.normalize('NFKC');
  const at = text.lastIndexOf('@');
  const visible = text
    .slice(at + 1)
    .replace(INVISIBLE_IN_HOST, '')
    .replace(FULL_STOPS, '.');
  // UTS #46 refuses some capitals whose small letters it takes. Each letter is converted alone, as in a name.
  const host = Array.from(visible, (letter) => letter.toLowerCase()).join('');
  const ascii = hostInAscii(host) || hostInAscii(host.replace(JOINERS, ''));
  return ascii === '' ? fold(text) : `${fold(text.slice(0, at + 1))}${ascii}`;
}

/** A host in ASCII; empty for a text that is none. */
function hostInAscii(host: string): string {
  return HOST.test(host) ? domainToASCII(host) : '';
}
