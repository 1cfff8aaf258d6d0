import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder, PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE } from '../config/private-files.js';

/** The secrets in the files, the current one first. */
export function readSecretKeyFiles(): string[] {
  return [SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE].map(read).filter((secret) => secret !== undefined);
}

/** Writes a temporary file and links it into place, so that two concurrent first starts share one complete secret. */
export function makeSecretKeyFile(): void {
  if (existsSync(SECRET_KEY_FILE)) return;
  makePrivateFolder(dirname(SECRET_KEY_FILE));
  const draft = writeDraft();
  try {
    linkUnlessThere(draft, SECRET_KEY_FILE);
  } finally {
    rmSync(draft);
  }
}

/**
 * Makes a new secret the current one and keeps the old one as the previous one. It resumes an interrupted replacement. At
 * every moment, one of the two files holds the secret that seals. Only one process may call it at a time.
 */
export function replaceSecretKeyFile(): void {
  const [current, previous] = [read(SECRET_KEY_FILE), read(PREVIOUS_SECRET_KEY_FILE)];
  if (previous !== undefined && previous !== current) return;
  linkUnlessThere(SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE);
  renameSync(writeDraft(), SECRET_KEY_FILE);
}

export function removePreviousSecretKeyFile(): void {
  rmSync(PREVIOUS_SECRET_KEY_FILE, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeDraft(): string {
  const draft = `${SECRET_KEY_FILE}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
  return draft;
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
