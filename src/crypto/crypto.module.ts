import { Global, Module } from '@nestjs/common';
import { CryptoQueue } from './crypto-queue.js';
import { Sealer } from './sealer.js';
import { SecretKeys } from './secret-keys.js';

/** The purpose of the sealing keys, which separates them from other keys derived from the secret. */
export const SEALING = 'seal';

/** Provides the sealer to every module that stores a secret, and the one crypto queue of the process. */
@Global()
@Module({
  providers: [
    CryptoQueue,
    SecretKeys,
    { provide: Sealer, inject: [SecretKeys], useFactory: (secretKeys: SecretKeys) => new Sealer(secretKeys, SEALING) },
  ],
  exports: [CryptoQueue, SecretKeys, Sealer],
})
export class CryptoModule {}
