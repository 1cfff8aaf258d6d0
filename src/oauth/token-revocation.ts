import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { Authenticator } from '../auth/authenticator.js';
import type { Principal } from '../auth/principal.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { ApiError } from '../errors/api-error.js';
import { isWellFormed } from '../guard/auth-header-format.js';
import { SessionEnding } from '../session/session-ending.js';

/** Revokes tokens for OAuth clients (RFC 7009), which learn nothing of tokens that are not theirs. */
@Injectable()
export class TokenRevocation {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly authHeaders: AuthHeaderService,
    private readonly sessions: SessionEnding,
  ) {}

  /**
   * Revokes a token that a client has, if it may: its own credential; an auth header that it might delete; the session of a JWT of
   * its own user, which whoever has the JWT may end at `/user/logout`; anything for an administrator. Any other token is left
   * alone, and the client is not told.
   * @throws ApiError `unsupported_token_type` for the JWT of a machine login; `unavailable`
   */
  async revoke(client: Principal, token: string, actor: Actor): Promise<void> {
    if (isWellFormed(token)) await this.revokeAuthHeader(client, token, actor);
    else await this.endSession(client, token, actor);
  }

  private async revokeAuthHeader(client: Principal, token: string, actor: Actor): Promise<void> {
    const isAdministrator = client.may('admin');
    if (!isAdministrator && !client.may('authheader:manage') && !(await this.isOwn(client, token))) return;
    try {
      if (isAdministrator) await this.authHeaders.revokeOfAny(token, actor);
      else await this.authHeaders.revoke(client.userId, token, actor);
    } catch (error) {
      // What does not exist is revoked already (RFC 7009, section 2.2).
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
    }
  }

  private async isOwn({ credential }: Principal, token: string): Promise<boolean> {
    const found = await this.authenticator.find(token);
    return found?.credential.kind === credential.kind && found.credential.id === credential.id;
  }

  private async endSession(client: Principal, token: string, actor: Actor): Promise<void> {
    const found = await this.authenticator.find(token);
    if (found === null || (found.userId !== client.userId && !client.may('admin'))) return;
    // It is in no table. An answer that it is revoked would not be true.
    if (found.credential.kind !== 'jwt') throw new ApiError('unsupported_token_type');
    await this.sessions.end(found.userId, found.credential.sessionId, actor);
  }
}
