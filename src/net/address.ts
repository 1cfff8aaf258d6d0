import { isIP, isIPv6, SocketAddress } from 'node:net';

/** What every address is that cannot be read (RFC 7239, section 6.2). It is one, however many texts stand for it. */
export const UNKNOWN_ADDRESS = 'unknown';

/** An IPv6 address with a zone and a port, in brackets and quotes, is no longer. */
const MAX_LENGTH = 100;
const QUOTED = /^"([^"]*)"$/;
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;
const WITH_PORT = /^(.*[^:]):\d{1,5}$/;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * The one form of an address, as a system or a proxy writes it: perhaps quoted, in brackets, with a port or a zone. Addresses are
 * keys of budgets and of what a user's networks are: each has to be one text, and what is no address must not become one.
 * @returns an IPv4 address in four decimal parts, also where it was mapped into IPv6 (RFC 4291, section 2.5.5.2), an IPv6 address
 * as RFC 5952 has it, or undefined for anything else, such as an address in hexadecimal.
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
