import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, type ApiErrorOptions } from '../errors/api-error.js';
import type { ProblemCode } from '../errors/problems.js';
import { type Origin, originOf } from '../net/origin.js';
import type { Actor } from './actor.js';
import type { Principal } from './principal.js';

/** Why a credential that belongs to somebody was refused. */
export type RefusalReason = 'address' | 'scope' | 'expired' | 'rate-limit' | 'revoked';

/** A credential whose owner is known. */
export interface KnownCredential {
  readonly kind: 'jwt' | 'auth-header';
  /** The `jti` of a JWT, or the id of the auth header. */
  readonly id: string;
  /** The id of what an owner can end: the session of a JWT, or the auth header. */
  readonly subjectId: string;
  readonly userId: string;
  /** Empty where only the database knows it. */
  readonly username: string;
}

/** The use of such a credential, which was refused. */
export interface CredentialRefusal {
  readonly actor: Actor;
  readonly subjectId: string;
  readonly reason: RefusalReason;
}

const REASON_OF: Readonly<Partial<Record<ProblemCode, RefusalReason>>> = {
  address_not_allowed: 'address',
  rate_limited: 'rate-limit',
};

/** Why a good credential was refused; undefined for a refusal that is not told of. */
export function reasonOf(error: unknown): RefusalReason | undefined {
  return error instanceof ApiError ? REASON_OF[error.code] : undefined;
}

/** What refuses such a credential, thrown by the strategy that knows it. */
export class RefusedCredential extends ApiError {
  constructor(
    code: 'invalid_token' | 'token_expired',
    readonly known: KnownCredential,
    readonly reason: RefusalReason,
    options: ApiErrorOptions = {},
  ) {
    super(code, options);
  }
}

/** Notifies listeners of every refused use of a credential that belongs to somebody. They must be quick: the answer waits for them. */
@Injectable()
export class CredentialRefusals {
  private readonly listeners: ((refusal: CredentialRefusal) => void)[] = [];

  subscribe(listener: (refusal: CredentialRefusal) => void): void {
    this.listeners.push(listener);
  }

  /** @param request that came with the credential, or with a question about it. */
  publish(known: KnownCredential, reason: RefusalReason, request: Pick<FastifyRequest, 'ip' | 'headers'>): void {
    if (this.listeners.length === 0) return;
    const refusal = { actor: actorOfKnown(known, originOf(request)), subjectId: known.subjectId, reason };
    for (const listener of this.listeners) listener(refusal);
  }
}

function actorOfKnown({ kind, id, userId, username }: KnownCredential, origin: Origin): Actor {
  return { ...origin, userId, username, credential: kind, credentialId: id };
}

/** The credential of a principal. */
export function knownOf({ userId, username, credential }: Principal): KnownCredential {
  const { kind, id } = credential;
  return { kind, id, subjectId: kind === 'jwt' ? credential.sessionId : id, userId, username };
}
