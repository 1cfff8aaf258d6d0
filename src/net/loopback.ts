import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether what goes to a host stays on this machine, where nobody else can read it or answer it (RFC 6761, section 6.3).
 * @param host a name or an address, without the brackets of a URL
 */
export function isLoopback(host: string): boolean {
  if (/^(?:[\w-]+\.)?localhost$/i.test(host)) return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a URL leads to this machine, for a browser that runs on it. */
export function leadsHere(url: string): boolean {
  return isLoopback(new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'));
}
