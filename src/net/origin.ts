import type { FastifyRequest } from 'fastify';
import { isIPv4 } from 'node:net';

const USER_AGENT_LENGTH = 255;

/** The network origin of a request. */
export interface Origin {
  /** The client's address, taken from trusted proxies if there are any. A mapped IPv4 address is written as IPv4. */
  readonly ip: string;
  /** The range that one client is assumed to control: an IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** The `User-Agent` of the client, truncated to fit its column. */
  readonly userAgent: string;
}

export function originOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Origin {
  const ip = withoutMapping(request.ip);
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH);
  return { ip, network: networkOf(ip), userAgent };
}

/** An IPv6 client usually controls a whole /64 and can use another address of it for each request. */
export function networkOf(ip: string): string {
  if (isIPv4(ip) || !ip.includes(':')) return ip;
  return `${expandIPv6(ip).slice(0, 4).join(':')}::/64`;
}

/** Unmaps an IPv4 address that is mapped into IPv6 (RFC 4291, section 2.5.5.2), in any notation. */
export function withoutMapping(ip: string): string {
  const [, dotted] = /^[:0]*:ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? [];
  if (dotted !== undefined) return dotted;
  if (!ip.includes(':') || ip.includes('.')) return ip;
  const groups = expandIPv6(ip).map((group) => parseInt(group, 16));
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : ip;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expandIPv6(ip: string): string[] {
  const [head = '', tail] = (ip.split('%', 1)[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''));
}
