import type { FastifyRequest } from 'fastify';
import { type Origin, originOf } from '../net/origin.js';
import type { Principal } from './principal.js';

/** Who makes a change, with which credential and from where. Every audit event records it. */
export interface Actor extends Origin {
  /** Null for an unknown user and for the command line. */
  readonly userId: string | null;
  readonly username: string;
  readonly credential: 'jwt' | 'auth-header' | 'password' | 'command-line';
  readonly credentialId: string | null;
}

/** The actor of a request with a credential. */
export function actorOf({ userId, username, credential }: Principal, request: FastifyRequest): Actor {
  return { ...originOf(request), userId, username, credential: credential.kind, credentialId: credential.id };
}

/** The actor of a login whose password is not verified yet. */
export function passwordBearer(username: string, origin: Origin): Actor {
  return { ...origin, userId: null, username, credential: 'password', credentialId: null };
}

/** The administrator who runs commands on the server's own machine. */
export const COMMAND_LINE: Actor = {
  userId: null,
  username: '',
  credential: 'command-line',
  credentialId: null,
  ip: '',
  network: '',
  userAgent: '',
};
