import type { FastifyRequest } from 'fastify';
import { type Origin, originOf } from '../net/origin.js';
import type { Principal } from './principal.js';

/** Who does something, with which credential, and from where: what the audit knows of every change. */
export interface Actor extends Origin {
  /** Absent for somebody unknown, and for the command line. */
  readonly userId: string | null;
  readonly username: string;
  readonly credential: 'jwt' | 'auth-header' | 'password' | 'command-line';
  readonly credentialId: string | null;
}

/** The actor behind a request with a credential. */
export function actorOf({ userId, username, credential }: Principal, request: FastifyRequest): Actor {
  return { ...originOf(request), userId, username, credential: credential.kind, credentialId: credential.id };
}

/** Somebody who shows a password and is not known by it yet. */
export function passwordBearer(username: string, origin: Origin): Actor {
  return { ...origin, userId: null, username, credential: 'password', credentialId: null };
}

/** Whoever may run commands on the server's own machine. */
export const COMMAND_LINE: Actor = {
  userId: null,
  username: '',
  credential: 'command-line',
  credentialId: null,
  ip: '',
  network: '',
  userAgent: '',
};
