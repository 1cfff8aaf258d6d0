import { all } from '@fastify/proxy-addr';
import type { IncomingMessage } from 'node:http';
import { readAddress, UNKNOWN_ADDRESS } from './address.js';
import { isIn, networksOf } from './ip-ranges.js';

/** Whether an address, in any notation of a proxy, belongs to a trusted proxy. */
export type IsTrustedProxy = (address: string | undefined) => boolean;

/** @param trustedProxies the addresses and networks of the proxies whose `X-Forwarded-…` headers are trusted. */
export function trustIn(trustedProxies: readonly string[]): IsTrustedProxy {
  const networks = networksOf(trustedProxies);
  return (address) => {
    const read = readAddress(address);
    return read !== undefined && isIn(read, networks);
  };
}

/**
 * Reads the client address of a request: the rightmost of `X-Forwarded-For` that is not a trusted proxy. Fastify finds
 * `request.ip` with the same function and the same trust, because both must trust the same proxies.
 */
export function clientAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = trustIn(trustedProxies);
  return (request) => readAddress(all(request, isTrusted).at(-1)) ?? UNKNOWN_ADDRESS;
}
