import type { FastifyRequest } from 'fastify';
import { isIPv6 } from 'node:net';
import { readAddress, UNKNOWN_ADDRESS } from './address.js';

const USER_AGENT_LENGTH = 255;

/** The network origin of a request. */
export interface Origin {
  /** The client's address in the form of {@link readAddress}, taken from trusted proxies if there are any; `unknown` for no address. */
  readonly ip: string;
  /** The range that one client is assumed to control: an IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** The `User-Agent` of the client, truncated to fit its column. */
  readonly userAgent: string;
  /** The supported language that a login asked for; absent where it named none, and elsewhere. */
  readonly language?: string;
  /** Whether the client of a login no longer waits for its answer; absent elsewhere. */
  readonly hasHungUp?: () => boolean;
}

export function originOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Origin {
  const ip = readAddress(request.ip) ?? UNKNOWN_ADDRESS;
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH);
  return { ip, network: networkOf(ip), userAgent };
}

/**
 * An IPv6 client usually controls a whole /64 and can use another address of it for each request.
 * @param ip in the form of {@link readAddress}.
 */
function networkOf(ip: string): string {
  return isIPv6(ip) ? `${groupsOf(ip).slice(0, 4).join(':')}::/64` : ip;
}

/** The eight groups of an IPv6 address in its canonical form, in which only the last two can be written as an IPv4 address. */
function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right];
}
