import { Injectable } from '@nestjs/common';
import type { Revocation } from './revocation.js';

/** In-process event bus for revocations: services and the feed publish them, and the credential cache subscribes. */
@Injectable()
export class RevocationBus {
  private readonly listeners = new Set<(revocation: Revocation) => void>();

  /**
   * @param listener is called synchronously, after the commit of the change and before its response. It must not throw, and
   * must handle the errors of async work that it starts.
   */
  subscribe(listener: (revocation: Revocation) => void): void {
    this.listeners.add(listener);
  }

  publish(revocation: Revocation): void {
    for (const listener of this.listeners) listener(revocation);
  }
}
