import { Injectable } from '@nestjs/common';
import type { Principal } from './principal.js';

/** @throws ApiError to refuse the request. */
export type CredentialUseListener = (principal: Principal) => void;

/** Notifies listeners of every request with a valid credential, before the response. */
@Injectable()
export class CredentialUse {
  // A plain array: this runs for every request, and an EventEmitter would cost more than most listeners.
  private readonly listeners: CredentialUseListener[] = [];

  /**
   * @param listener may throw to refuse the request, and must be quick. A request that it refuses on the fast path reaches
   * it a second time on the ordinary path, which sends the refusal.
   */
  subscribe(listener: CredentialUseListener): void {
    this.listeners.push(listener);
  }

  publish(principal: Principal): void {
    for (const listener of this.listeners) listener(principal);
  }
}
