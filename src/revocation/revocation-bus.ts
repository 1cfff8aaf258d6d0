import { Injectable } from '@nestjs/common';

/** Whose credentials a change takes away, or takes something away from. */
export type Revocation =
  | { readonly of: 'user'; readonly userId: string }
  | { readonly of: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly of: 'auth-header'; readonly userId: string; readonly authHeaderId: string }
  /** Nobody knows whose: another process wrote to the database. */
  | { readonly of: 'everything' };

/** Where whoever changes rights says so, and whoever remembers them hears it. */
@Injectable()
export class Revocations {
  private readonly listeners = new Set<(revocation: Revocation) => void>();

  /** @param listener is called at once, after the change was committed and before it is answered. */
  listen(listener: (revocation: Revocation) => void): void {
    this.listeners.add(listener);
  }

  announce(revocation: Revocation): void {
    for (const listener of this.listeners) listener(revocation);
  }
}
