import { Global, Module } from '@nestjs/common';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationFollowers } from './revocation-followers.js';
import { RevocationRepository } from './revocation.repository.js';

/** Delivers revocations, from this process and from others, to the credential cache. */
@Global()
@Module({
  providers: [RevocationRepository, RevocationFeed, RevocationFollowers, RevocationBus],
  exports: [RevocationRepository, RevocationFeed, RevocationFollowers, RevocationBus],
})
export class RevocationModule {}
