import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sealer } from '../../src/crypto/sealer.js';
import { parseKeyText } from '../../src/signing-keys/key-material.js';
import { claimsOf } from './client.js';
import type { TestDatabase } from './database.js';
import type { RunningServer } from './launch.js';

/** A JWT with other claims, signed with the server's own key, whose algorithm is that of the tests. */
export async function withClaims(
  jwt: string,
  claims: object,
  { folder }: Pick<RunningServer, 'folder'>,
  database: TestDatabase,
): Promise<string> {
  const [head = ''] = jwt.split('.');
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
  const [row] = await database.query<{ sealed_key: string }>('SELECT sealed_key FROM signing_key WHERE id = ?', kid);
  const secret = readFileSync(join(folder, 'data/secret-key'), 'utf8').trim();
  const key = parseKeyText('ES256', new Sealer(secret, 'seal').open(row?.sealed_key ?? '', kid)).signing;
  const content = `${head}.${Buffer.from(JSON.stringify({ ...claimsOf(jwt), ...claims })).toString('base64url')}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
