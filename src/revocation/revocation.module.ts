import { Global, Module } from '@nestjs/common';
import { Revocations } from './revocation-bus.js';
import { DatabaseChanges } from './revocation-feed.js';

/** Carries the news of a revocation to whoever remembers credentials, made here or by another process. */
@Global()
@Module({ providers: [DatabaseChanges, Revocations], exports: [DatabaseChanges, Revocations] })
export class RevocationModule {}
