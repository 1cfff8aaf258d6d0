import { join } from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { outputOf, start } from '../processes.mjs';
import { databaseOf, PASSWORD } from './personas.mjs';

const RAW = join(import.meta.dirname, 'raw-argon2.mjs');

/** A stored password hash, which contains its parameters. */
export async function storedHash(folder) {
  const database = new sqlite3.Database(databaseOf(folder), sqlite3.OPEN_READONLY);
  const get = promisify(database.get.bind(database));
  const { hash } = await get('SELECT password_hash AS hash FROM user LIMIT 1');
  await promisify(database.close.bind(database))();
  return hash;
}

/** Verifies the password against the hash for some seconds, one at a time. */
export async function hashFor({ node, cores, seconds, stored }) {
  return JSON.parse(await outputOf(start(cores, node, [RAW, seconds, stored, PASSWORD])));
}
