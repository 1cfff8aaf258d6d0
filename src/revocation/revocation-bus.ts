import { Injectable } from '@nestjs/common';

/** Whose credentials a change takes away, or takes something away from. */
export type Revocation =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly kind: 'auth-header'; readonly userId: string; readonly authHeaderId: string }
  /** Nobody knows whose: another process wrote to the database. */
  | { readonly kind: 'everything' };

/** Where whoever changes rights says so, and whoever remembers them hears it. */
@Injectable()
export class RevocationBus {
  private readonly listeners = new Set<(revocation: Revocation) => void>();

  /** @param listener is called at once, after the change was committed and before it is answered. */
  subscribe(listener: (revocation: Revocation) => void): void {
    this.listeners.add(listener);
  }

  publish(revocation: Revocation): void {
    for (const listener of this.listeners) listener(revocation);
  }
}
