import { statSync, type Stats } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { DatabaseAddress } from './database-address.js';
import { DOT_ENV_FILE } from './dot-env.js';
import { InvalidSetting } from './invalid-setting.js';
import { POSTGRES_SCHEME, readPostgresUrl } from './postgres-url.js';
import { SECRET_KEY_FILE } from './private-files.js';

const FORM = 'must look like sqlite:data/personas.sqlite or postgres://user:password@host:5432/database';

/** What comes behind the path of a secret for its drafts and copies, and for the files of a database that is named like it. */
const BESIDE_SECRET = /^(?:\.|-(?:wal|shm|journal)$)/;

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

/** `sqlite:` and the path of a file, or the URL of a PostgreSQL database. @throws InvalidSetting */
export function readDatabaseUrl(text: string): DatabaseAddress {
  if (POSTGRES_SCHEME.test(text)) return readPostgresUrl(text);
  const path = /^sqlite:(.+)$/.exec(text)?.[1]?.trim();
  if (path === undefined) throw new InvalidSetting(FORM);
  for (const [pattern, complaint] of NOT_A_PATH) if (pattern.test(path)) throw new InvalidSetting(complaint);
  const purpose = purposeOf(relative('', path));
  if (purpose !== undefined) throw new InvalidSetting(`must name another file: ${path} is where ${purpose}`);
  const found = find(path);
  if (found?.isDirectory()) throw new InvalidSetting('must name a file, not a folder');
  if (found?.isFile() === false) throw new InvalidSetting('must name a file, not a device, a pipe or a socket');
  return { kind: 'sqlite', file: path };
}

/**
 * What else the server keeps in a file of the working folder. A database there would be read as settings or as a secret, or
 * prevent its creation.
 */
function purposeOf(file: string): string | undefined {
  if (file === DOT_ENV_FILE) return 'settings are read from';
  const isSecret =
    file === dirname(SECRET_KEY_FILE) ||
    file === SECRET_KEY_FILE ||
    (file.startsWith(SECRET_KEY_FILE) && BESIDE_SECRET.test(file.slice(SECRET_KEY_FILE.length)));
  return isSecret ? 'the secret is kept' : undefined;
}

/** An inaccessible path is reported when the database is opened. */
function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
