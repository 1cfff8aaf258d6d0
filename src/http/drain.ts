import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Knows when the server has begun to stop: what is under way is finished, what comes now is sent elsewhere. */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  hasBegun = false;

  beforeApplicationShutdown(): void {
    this.hasBegun = true;
  }
}
