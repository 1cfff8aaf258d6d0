import type { FastifyRequest } from 'fastify';
import type { User } from '../database/entities/user.entity.js';
import { type Origin, originOf } from '../net/origin.js';
import type { AuthHeaderCredential, Principal } from './principal.js';

/** What the right to make a change rests on: the row of a credential, and what it said when the credential was checked. */
export type ActorStanding = {
  readonly id: string;
  /** Of the user. */
  readonly roles: readonly string[];
} & ({ readonly kind: 'session' } | ({ readonly kind: 'auth-header' } & AuthHeaderStanding));

/** What an auth header may be used for, from where and until when. */
export type AuthHeaderStanding = Pick<AuthHeaderCredential, 'scopes' | 'allowedIps' | 'expires'>;

/** Where a request came from. An actor may be kept for minutes, so it must not refer to the request. */
type Place = Pick<Origin, 'ip' | 'network' | 'userAgent'>;

function placeOf({ ip, network, userAgent }: Origin): Place {
  return { ip, network, userAgent };
}

/** Who makes a change, with which credential and from where. Every audit event records it. */
export interface Actor extends Place {
  /** Null for an unknown user, for the command line and for the server itself. */
  readonly userId: string | null;
  readonly username: string;
  readonly credential:
    'jwt' | 'session' | 'auth-header' | 'password' | 'passkey' | 'mail-link' | 'command-line' | 'server';
  readonly credentialId: string | null;
  /** Absent for a password and a link, which are checked in the transaction that uses it, for the command line and for the server. */
  readonly standing?: ActorStanding;
}

/** The actor of a request with a credential. */
export function actorOf({ userId, username, roles, credential }: Principal, request: FastifyRequest): Actor {
  const { kind, id } = credential;
  const standing: ActorStanding =
    kind === 'jwt' ? { kind: 'session', id: credential.sessionId, roles } : { ...credential, roles };
  return { ...placeOf(originOf(request)), userId, username, credential: kind, credentialId: id, standing };
}

/** The actor of a login whose password is not verified yet. */
export function passwordBearer(username: string, origin: Origin): Actor {
  return { ...placeOf(origin), userId: null, username, credential: 'password', credentialId: null };
}

/** The actor of a login whose passkey is not verified yet. @param user whom the passkey names; undefined for an unknown one */
export function passkeyBearer(
  user: { readonly id: string; readonly username: string } | undefined,
  origin: Origin,
): Actor {
  return { ...passwordBearer(user?.username ?? '', origin), userId: user?.id ?? null, credential: 'passkey' };
}

/** The actor of a request with the link of a mail. @param linkId of the link, which no other request has */
export function linkBearer({ id, username }: Pick<User, 'id' | 'username'>, linkId: string, origin: Origin): Actor {
  return { ...placeOf(origin), userId: id, username, credential: 'mail-link', credentialId: linkId };
}

/**
 * The actor of a request that only shows a token of an auth header, which anybody may have who has found it.
 * @param authHeaderId null for a token that is none
 */
export function tokenHolder(authHeaderId: string | null, origin: Origin): Actor {
  return { ...placeOf(origin), userId: null, username: '', credential: 'auth-header', credentialId: authHeaderId };
}

const NOBODY = { userId: null, username: '', credentialId: null, ip: '', network: '', userAgent: '' } as const;

/** The administrator who runs commands on the server's own machine. */
export const COMMAND_LINE: Actor = { ...NOBODY, credential: 'command-line' };

/** The server, for what it does by itself at a time that a setting names. */
export const SERVER: Actor = { ...NOBODY, credential: 'server' };
