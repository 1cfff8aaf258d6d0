import { statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InvalidSetting } from './invalid-setting.js';
import { PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE } from './private-files.js';

const FORM = 'must look like sqlite:data/personas.sqlite';

/** The files of the secret if SECRET_KEY is unset. A database there would be read as a secret, or prevent its creation. */
const SECRETS = [dirname(SECRET_KEY_FILE), SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE];

/** Notations of other programs and of URLs. As a path, each would create a file of that literal name. */
const NOT_A_PATH: readonly (readonly [RegExp, string])[] = [
  [/^:/, 'must name a file; a database in memory is not supported'],
  [/^\/\//, 'must have a path and no host behind sqlite: , as in sqlite:/var/lib/personas/personas.sqlite'],
  [/\?/, 'must have a path and no options (?) behind sqlite:'],
  [/^file:/i, 'must have a path and no other URL behind sqlite:'],
  [/^[~$]/, 'must have a path without ~ and variables behind sqlite:, which only a shell replaces'],
  [/%[\da-f]{2}/i, 'must have a path without %-escapes behind sqlite:'],
  [/(?:^|\/)\.{0,2}$/, 'must name a file, not a folder'],
];

/** `sqlite:` and the path of a file, without blanks around it. @throws InvalidSetting */
export function readDatabaseUrl(text: string): string {
  const path = /^sqlite:(.+)$/.exec(text)?.[1]?.trim();
  if (path === undefined) throw new InvalidSetting(FORM);
  for (const [pattern, complaint] of NOT_A_PATH) if (pattern.test(path)) throw new InvalidSetting(complaint);
  if (SECRETS.some((file) => resolve(file) === resolve(path))) {
    throw new InvalidSetting(`must name another file: ${path} is where the secret is kept`);
  }
  const found = find(path);
  if (found?.isDirectory()) throw new InvalidSetting('must name a file, not a folder');
  if (found?.isFile() === false) throw new InvalidSetting('must name a file, not a device, a pipe or a socket');
  return `sqlite:${path}`;
}

/** An inaccessible path is reported when the database is opened. */
function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
