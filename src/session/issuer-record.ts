import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Issuers } from './issuers.js';

/** Records the issuer of a server at its start. A command signs nothing, so it has none to record. */
@Injectable()
export class IssuerRecord implements OnModuleInit {
  constructor(private readonly issuers: Issuers) {}

  async onModuleInit(): Promise<void> {
    await this.issuers.record();
  }
}
