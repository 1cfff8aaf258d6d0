import { Injectable } from '@nestjs/common';
import type { Principal } from './principal.js';

/** @throws ApiError to refuse the request. */
export type CredentialUseListener = (principal: Principal) => void;

/** Tells of every request whose credential is good, before it is answered. */
@Injectable()
export class CredentialUse {
  // Called at every request: an emitter would cost more than most listeners do.
  private readonly listeners: CredentialUseListener[] = [];

  /**
   * @param listener may throw to refuse the request, and must be quick. A request that is refused on the fast path is
   * told of a second time on the ordinary way, where the refusal is answered.
   */
  subscribe(listener: CredentialUseListener): void {
    this.listeners.push(listener);
  }

  publish(principal: Principal): void {
    for (const listener of this.listeners) listener(principal);
  }
}
