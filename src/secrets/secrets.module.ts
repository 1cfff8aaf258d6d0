import { Global, Module } from '@nestjs/common';
import { Sealer } from './sealer.js';
import { SecretKeys } from './secret-keys.js';

/** Separates this use of the secret from any other. */
export const SEALING = 'seal';

/** Makes the sealer available to every module that keeps a secret. */
@Global()
@Module({
  providers: [
    SecretKeys,
    { provide: Sealer, inject: [SecretKeys], useFactory: (secretKeys: SecretKeys) => new Sealer(secretKeys, SEALING) },
  ],
  exports: [SecretKeys, Sealer],
})
export class SecretsModule {}
