import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Sealer } from './sealer.js';
import { obtainSecretKey } from './secret-key.js';

/** Makes the sealer available to every module that keeps a secret. */
@Global()
@Module({
  providers: [
    {
      provide: Sealer,
      inject: [Settings],
      useFactory: (settings: Settings) => new Sealer(obtainSecretKey(settings.secretKey), 'seal'),
    },
  ],
  exports: [Sealer],
})
export class SecretsModule {}
