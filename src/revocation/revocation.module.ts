import { Global, Module } from '@nestjs/common';
import { RevocationBus } from './revocation-bus.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationRepository } from './revocation.repository.js';

/** Delivers revocations, from this process and from others, to the credential cache. */
@Global()
@Module({
  providers: [RevocationRepository, RevocationFeed, RevocationBus],
  exports: [RevocationRepository, RevocationFeed, RevocationBus],
})
export class RevocationModule {}
