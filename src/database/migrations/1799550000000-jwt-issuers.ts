import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DAY_MS } from '../../config/time.js';
import { ISSUER_LENGTH, TIMESTAMP_LENGTH } from '../columns.js';
import { dialectOf } from '../dialect-of.js';

/** The issuer of every version before this one, unless `JWT_ISSUER` was set. */
const ISSUER_BEFORE = 'elastic-personas';

/**
 * The issuers whose JWTs are accepted. `PUBLIC_URL` has not been the issuer before: JWTs with the one before it are accepted for a
 * day, the longest that a JWT can be valid. A database without a signing key has issued none.
 */
export class JwtIssuers1799550000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = [
      { name: 'issuer', type: 'varchar', length: ISSUER_LENGTH, isPrimary: true },
      { name: 'accepted_until', type: 'varchar', length: TIMESTAMP_LENGTH },
    ];
    await dialectOf(queryRunner.connection).createTable(queryRunner, { name: 'jwt_issuer', columns });
    const [key] = (await queryRunner.query('SELECT id FROM signing_key LIMIT 1')) as unknown[];
    if (key === undefined) return;
    await queryRunner.query('INSERT INTO jwt_issuer (issuer, accepted_until) VALUES ($1, $2)', [
      ISSUER_BEFORE,
      new Date(Date.now() + DAY_MS).toISOString(),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('jwt_issuer');
  }
}
