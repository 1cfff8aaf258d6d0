import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AuditChain } from '../database/entities/audit-chain.entity.js';
import type { AuditEvent } from '../database/entities/audit-event.entity.js';

/** An event that has no place in a chain yet. */
export type NewAuditEvent = Omit<AuditEvent, 'chain' | 'sequence' | 'previous' | 'hash'>;

/** An event at its place. */
export interface PlacedEvent extends NewAuditEvent {
  readonly chain: number;
  readonly sequence: number;
  readonly previous: string;
}

/** What a hash covers, as the database holds it: a moment is a text. */
export type HashedEvent = Omit<PlacedEvent, 'at'> & { readonly at: string };

/** What the stamp of a chain covers. */
export type StampedChain = Omit<AuditChain, 'sealedKey' | 'stamp'>;

/** @param text 256 random bits in base64url. */
export function proofKey(text: string): KeyObject {
  return createSecretKey(Buffer.from(text, 'base64url'));
}

/** The hash of an event (HMAC, RFC 2104): over all that its row holds, and with `previous` over the event before it. */
export function hashOfEvent(key: KeyObject, event: HashedEvent): string {
  const { chain, sequence, previous, id, at, action, outcome, userId, username } = event;
  const { credential, credentialId, ip, userAgent, target, detail } = event;
  return authenticated(key, [
    'event',
    chain,
    sequence,
    previous,
    id,
    at,
    action,
    outcome,
    userId,
    username,
    credential,
    credentialId,
    ip,
    userAgent,
    target,
    detail,
  ]);
}

/** The stamp of a chain: over where it begins and ends, and how many there are. */
export function stampOfChain(key: KeyObject, chain: StampedChain): string {
  const { id, number, chains, beganAfter, sequence, hash, prunedSequence, prunedHash } = chain;
  return authenticated(key, ['chain', id, number, chains, beganAfter, sequence, hash, prunedSequence, prunedHash]);
}

/** JSON says where each value begins and ends, so that no two lists have the same text. The first value tells the kinds apart. */
function authenticated(key: KeyObject, values: readonly (string | number | null)[]): string {
  return createHmac('sha256', key).update(JSON.stringify(values)).digest('base64url');
}
