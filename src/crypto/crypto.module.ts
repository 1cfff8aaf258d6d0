import { Global, Module } from '@nestjs/common';
import { CostlyWork } from './crypto-queue.js';
import { Sealer } from './sealer.js';
import { SecretKeys } from './secret-keys.js';

/** Separates this use of the secret from any other. */
export const SEALING = 'seal';

/** Makes the sealer available to every module that keeps a secret, and the one queue of the process for costly work. */
@Global()
@Module({
  providers: [
    CostlyWork,
    SecretKeys,
    { provide: Sealer, inject: [SecretKeys], useFactory: (secretKeys: SecretKeys) => new Sealer(secretKeys, SEALING) },
  ],
  exports: [CostlyWork, SecretKeys, Sealer],
})
export class CryptoModule {}
