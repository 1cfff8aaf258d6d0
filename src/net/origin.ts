import type { FastifyRequest } from 'fastify';
import { isIPv6 } from 'node:net';
import { readAddress, UNKNOWN_ADDRESS } from './address.js';

const USER_AGENT_LENGTH = 255;

/** Where a request comes from. */
export interface Origin {
  /** The peer's address, or what trusted proxies say of it, as {@link readAddress} has it; `unknown` for what is no address. */
  readonly ip: string;
  /** What one client can be taken to hold: an IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** The client's own name for itself (`User-Agent`), cut to fit. */
  readonly userAgent: string;
}

export function originOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Origin {
  const ip = readAddress(request.ip) ?? UNKNOWN_ADDRESS;
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH);
  return { ip, network: networkOf(ip), userAgent };
}

/**
 * An IPv6 client is handed a whole /64, and could come from another address of it each time.
 * @param ip as {@link readAddress} has it.
 */
function networkOf(ip: string): string {
  return isIPv6(ip) ? `${groupsOf(ip).slice(0, 4).join(':')}::/64` : ip;
}

/** The eight groups of an IPv6 address in its canonical form; only the last two can be written as an IPv4 address. */
function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right];
}
