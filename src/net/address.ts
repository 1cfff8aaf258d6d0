import { isIP, isIPv6, SocketAddress } from 'node:net';

/** Replaces every address that cannot be parsed (RFC 7239, section 6.2), so that different invalid texts are one address. */
export const UNKNOWN_ADDRESS = 'unknown';

/** Enough for an IPv6 address with a zone and a port, in brackets and quotes. */
const MAX_LENGTH = 100;
const QUOTED = /^"([^"]*)"$/;
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;
const WITH_PORT = /^(.*[^:]):\d{1,5}$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * Converts an address to its canonical form. A proxy may add quotes, brackets, a port or a zone. Addresses are keys of budgets
 * and of a user's known networks, so each must have exactly one form, and no other text may become an address.
 * @returns an IPv4 address in four decimal parts, also if it was mapped into IPv6 (RFC 4291, section 2.5.5.2), an IPv6 address
 * in the form of RFC 5952, or undefined for anything else, such as an address in hexadecimal.
 */
export function readAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  const plain = QUOTED.exec(text)?.[1] ?? text;
  const [, bracketed] = BRACKETED.exec(plain) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? canonical(bracketed) : undefined;
  if (isIP(plain) !== 0) return canonical(plain);
  const [, beforePort = ''] = WITH_PORT.exec(plain) ?? [];
  return isIP(beforePort) === 0 ? undefined : canonical(beforePort);
}

function canonical(address: string): string {
  if (!isIPv6(address)) return address;
  const written = new SocketAddress({ address, family: 'ipv6' }).address;
  return MAPPED.exec(written)?.[1] ?? written;
}
