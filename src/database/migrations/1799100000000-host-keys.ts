import type { MigrationInterface, QueryRunner } from 'typeorm';
import { emailKey } from '../../i18n/name-key.js';
import { rekeyNames } from './rekey-names.js';

/** Replaces the keys of e-mail addresses whose host contains symbols, invisible characters or full stops of another script. */
export class HostKeys1799100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await rekeyNames(queryRunner, { email: emailKey });
  }

  async down(): Promise<void> {
    // A key depends on its address alone. The former rules would make two keys of one address.
  }
}
