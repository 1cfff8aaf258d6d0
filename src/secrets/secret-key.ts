import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '../errors/start-error.js';

/** Where the secret is kept when SECRET_KEY is unset, relative to the working folder. */
export const SECRET_KEY_FILE = 'data/secret-key';

/**
 * The server's secret: the setting, or else the one kept in {@link SECRET_KEY_FILE}, made at first need.
 * @throws StartError if the file can be neither read nor made.
 */
export function obtainSecretKey(setting: string | undefined): string {
  if (setting !== undefined) return setting;
  try {
    return readSecretKey() ?? makeSecretKey();
  } catch (error) {
    throw new StartError(
      `${SECRET_KEY_FILE} can be neither read nor made (${String((error as NodeJS.ErrnoException).code)}): ` +
        'make data/ writable or set SECRET_KEY',
    );
  }
}

function readSecretKey(): string | undefined {
  try {
    return readFileSync(SECRET_KEY_FILE, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written aside and linked into place, so that two first starts at once end up with the same, whole secret. */
function makeSecretKey(): string {
  mkdirSync(dirname(SECRET_KEY_FILE), { recursive: true, mode: 0o700 });
  const draft = `${SECRET_KEY_FILE}.${process.pid}`;
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, SECRET_KEY_FILE);
    return secret;
  } catch (error) {
    const existing = readSecretKey();
    if (existing === undefined) throw error;
    return existing;
  } finally {
    rmSync(draft);
  }
}
