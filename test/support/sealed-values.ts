import { Sealer } from '../../src/crypto/sealer.js';
import type { AuthHeaderAnswer, Client } from './client.js';
import type { TestDatabase } from './database.js';

/** The values of a user's own auth headers, by their names. */
export async function valuesOf(client: Client, jwt: string): Promise<Record<string, string>> {
  const { status, body, text } = await client.get<AuthHeaderAnswer[]>('/authheader/list', jwt);
  if (status !== 200) throw new Error(`The list answered ${status}: ${text}`);
  return Object.fromEntries(body.map(({ name, token }) => [name, token]));
}

/** The ids of the rows that a secret does not open. */
export async function unopenedBy(database: TestDatabase, secret: string): Promise<string[]> {
  const sealer = new Sealer(secret, 'seal');
  const rows = await database.query<{ id: string; sealed: string }>(
    `SELECT id, sealed_key AS sealed FROM signing_key UNION ALL SELECT id, sealed_token FROM auth_header
     UNION ALL SELECT id, sealed_key FROM audit_chain
     UNION ALL SELECT id, sealed_secret FROM factor UNION ALL SELECT id, sealed_state FROM challenge`,
  );
  const opens = ({ id, sealed }: { id: string; sealed: string }) => {
    try {
      return sealer.open(sealed, id) !== '';
    } catch {
      return false;
    }
  };
  return rows.filter((row) => !opens(row)).map(({ id }) => id);
}
