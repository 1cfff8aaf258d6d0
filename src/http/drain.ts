import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether the server is draining: it finishes running requests and refuses new ones, so that clients retry elsewhere. */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  hasBegun = false;

  beforeApplicationShutdown(): void {
    this.hasBegun = true;
  }
}
