import type { MigrationInterface, QueryRunner } from 'typeorm';
import { emailKey, usernameKey } from '../../i18n/name-key.js';
import { type KeyOf, rekeyNames } from './rekey-names.js';

/** Replaces the keys of names by ones that ignore case, composition, width and invisible characters. */
export class NameKeys1797000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await rekeyNames(queryRunner, { username: usernameKey, email: emailKey });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const before: KeyOf = (text) => text.normalize('NFC').toLowerCase().replaceAll('\0', '\uFFFD');
    await rekeyNames(queryRunner, { username: before, email: before });
  }
}
