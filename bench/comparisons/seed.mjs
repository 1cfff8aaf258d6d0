import { randomUUID } from 'node:crypto';
import { databaseOf, DIST, SECRET_KEY } from '../servers/personas.mjs';

const BATCH = 10_000;

/**
 * Stores auth headers of the first administrator in a server's database, as the server would, but faster. The server must
 * not run.
 * @param sampled the number of tokens to return, spread evenly.
 */
export async function seedAuthHeaders(folder, count, sampled) {
  const [{ openDatabase }, { SqliteDatabase }, { AuthHeader }, { User }, { hashToken, mask, mintToken }, { Sealer }] =
    await Promise.all(
      [
        'database/data-source.js',
        'database/sqlite/sqlite-database.js',
        'database/entities/auth-header.entity.js',
        'database/entities/user.entity.js',
        'authheader/auth-header-token.js',
        'crypto/sealer.js',
      ].map((file) => import(`${DIST}/${file}`)),
    );
  const dataSource = await openDatabase(new SqliteDatabase({ file: databaseOf(folder) }));
  try {
    const { id: userId } = await dataSource.getRepository(User).findOneByOrFail({});
    // One value for all rows, because sealing takes longest and no comparison opens it.
    const sealedToken = new Sealer(SECRET_KEY, 'bench').seal(mintToken(), userId, []);
    const every = Math.floor(count / sampled);
    const sample = [];
    const authHeader = (index) => {
      const token = mintToken();
      if (index % every === 0) sample.push(token);
      return {
        id: randomUUID(),
        userId,
        name: `seeded ${index}`,
        tokenHash: hashToken(token),
        masked: mask(token),
        sealedToken,
        previousTokenHash: null,
        previousTokenExpires: null,
        scopes: [],
        allowedIps: [],
        created: new Date(),
        expires: null,
        lastUsed: null,
      };
    };
    // Safe without a journal, because the folder is temporary.
    await pragmas(dataSource, ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -1000000']);
    await dataSource.transaction(async ({ connection, queryRunner }) => {
      const insert = insertionOf(connection, AuthHeader);
      for (let begun = 0; begun < count; begun += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, count - begun) }, (_, index) => authHeader(begun + index));
        await queryRunner.query(insert.sql, [JSON.stringify(batch.map(insert.toRow))]);
      }
    });
    await pragmas(dataSource, ['journal_mode = WAL']);
    return sample;
  } finally {
    await dataSource.destroy();
  }
}

async function pragmas(dataSource, settings) {
  for (const setting of settings) await dataSource.query(`PRAGMA ${setting}`);
}

/** An INSERT for any number of rows, with their JSON as its only parameter. */
function insertionOf(dataSource, entity) {
  const { driver } = dataSource;
  const { tableName, columns } = dataSource.getMetadata(entity);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const values = columns.map((_, index) => `value ->> ${index}`);
  return {
    sql: `INSERT INTO "${tableName}" (${names.join(', ')}) SELECT ${values.join(', ')} FROM json_each($1)`,
    toRow: (object) => columns.map((column) => driver.preparePersistentValue(column.getEntityValue(object), column)),
  };
}
