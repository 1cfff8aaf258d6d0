import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Node itself loads this file for Jest's setups, and finds no TypeScript by a name in .js.
import format = require('../../src/guard/auth-header-format');

/** The passwords that tests give to their users. */
const PASSWORDS = ['correct horse battery', 'a quieter place to read', 'gr8 tdlx, and more'];

/** What nobody may find in a log or a file: how it is called, and its form. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ['an auth header', /\bep_[0-9A-Za-z]{36}\b/g],
  ['a JWT', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----|"d":"[\w-]{40,}"/g],
  ['a cookie', /\bpersonas=[\w-]{40,}/g],
  ['the link of a mail', /[?&]token=[\w-]{43}\b/g],
];
/** That of a password belongs in a database. */
const HASH: readonly [string, RegExp] = ['the hash of a password', /\$argon2id?\$[^\s"']+/g];

/** What a text tells that it must not, by kind and where: never the secret itself, since a failed test is logged too. */
export function secretsIn(text: string, own: readonly string[] = []): string[] {
  return found(text, [...FORMS, HASH], own);
}

/** The same of the files of a SQLite database: the audit log, and every other column. */
export function secretsStoredIn(folder: string): string[] {
  const data = join(folder, 'data');
  if (!existsSync(data)) return [];
  const key = join(data, 'secret-key');
  const own = existsSync(key) ? [readFileSync(key, 'utf8').trim()] : [];
  const files = readdirSync(data).filter((name) => name.includes('.sqlite'));
  return files.flatMap((name) =>
    found(readFileSync(join(data, name), 'latin1'), FORMS, own).map((secret) => `${name} has ${secret}`),
  );
}

/** The same of what a database holds. @param name of what holds it */
export function secretsHeldIn(text: string, name: string): string[] {
  return found(text, FORMS, []).map((secret) => `${name} has ${secret}`);
}

function found(text: string, forms: typeof FORMS, own: readonly string[]): string[] {
  const formed = forms.flatMap(([kind, form]) =>
    [...text.matchAll(form)]
      // What only looks like one is what a test sends to be refused.
      .filter(([match]) => kind !== 'an auth header' || format.isWellFormed(match))
      .map(({ index }) => `${kind} after ${contextOf(text, index)}`),
  );
  const known = [...PASSWORDS, ...own].filter((secret) => secret.length > 7 && text.includes(secret));
  return [
    ...formed,
    ...known.map((secret) => `a password or the secret after ${contextOf(text, text.indexOf(secret))}`),
  ];
}

function contextOf(text: string, index: number): string {
  return JSON.stringify(text.slice(Math.max(0, index - 80), index));
}
