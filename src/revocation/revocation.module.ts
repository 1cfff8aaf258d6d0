import { Global, Module } from '@nestjs/common';
import { Revocations } from './revocations.js';

/** Carries the news of a revocation to whoever remembers credentials. */
@Global()
@Module({ providers: [Revocations], exports: [Revocations] })
export class RevocationModule {}
