import { Injectable } from '@nestjs/common';

/** The credentials that a change revokes or restricts. */
export type Revocation =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly kind: 'auth-header'; readonly userId: string; readonly authHeaderId: string }
  /** Unknown credentials: another process wrote to the database. */
  | { readonly kind: 'everything' };

/** In-process event bus for revocations: services publish them, and the credential cache subscribes. */
@Injectable()
export class RevocationBus {
  private readonly listeners = new Set<(revocation: Revocation) => void>();

  /** @param listener is called synchronously, after the commit of the change and before its response. */
  subscribe(listener: (revocation: Revocation) => void): void {
    this.listeners.add(listener);
  }

  publish(revocation: Revocation): void {
    for (const listener of this.listeners) listener(revocation);
  }
}
