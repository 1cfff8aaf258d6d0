import { Global, Module } from '@nestjs/common';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';

/** Carries the news of a revocation to whoever remembers credentials, made here or by another process. */
@Global()
@Module({ providers: [RevocationFeed, RevocationBus], exports: [RevocationFeed, RevocationBus] })
export class RevocationModule {}
