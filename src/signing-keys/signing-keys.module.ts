import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SigningKeyAdministration } from './signing-key-administration.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { SigningKeyRevocation } from './signing-key-revocation.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/** The keys JWTs are signed with. Upkeep is a server's own business: its root provides it. */
@Module({
  imports: [AuditModule],
  providers: [
    SigningKeyRepository,
    SigningKeyMaker,
    SigningKeys,
    SigningKeyRotation,
    SigningKeyRevocation,
    SigningKeyAdministration,
  ],
  exports: [SigningKeys, SigningKeyAdministration, SigningKeyMaker, SigningKeyRotation, SigningKeyRevocation],
})
export class SigningKeysModule {}
