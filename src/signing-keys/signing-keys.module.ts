import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/** The keys JWTs are signed with. Upkeep is a server's own business: its root provides it. */
@Module({
  imports: [AuditModule],
  providers: [SigningKeyRepository, SigningKeys, SigningKeyRotation],
  exports: [SigningKeys, SigningKeyRotation],
})
export class SigningKeysModule {}
