import { Global, Module } from '@nestjs/common';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';

/** Delivers revocations, from this process and from others, to the credential cache. */
@Global()
@Module({ providers: [RevocationFeed, RevocationBus], exports: [RevocationFeed, RevocationBus] })
export class RevocationModule {}
