import { registerDecorator, type ValidationOptions } from 'class-validator';
import { BlockList, isIP } from 'node:net';

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

interface Entry {
  readonly address: string;
  /** The length of the network prefix, in bits. */
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** One entry of a list: an address, or a network in CIDR notation (RFC 4632). */
function parseEntry(entry: unknown): Entry | undefined {
  const [address = '', bits, ...rest] = typeof entry === 'string' ? entry.split('/') : [];
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const widest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  return rest.length === 0 && prefix <= widest ? { address, prefix, family: FAMILIES[version] } : undefined;
}

/** Whether an address is in one of the ranges of a list. An address or entry that cannot be parsed never matches. */
export function isInRanges(ip: string, list: readonly string[]): boolean {
  const version = isIP(ip);
  if (version !== 4 && version !== 6) return false;
  const networks = new BlockList();
  for (const entry of list) {
    const parsed = parseEntry(entry);
    if (parsed !== undefined) networks.addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return networks.check(ip, FAMILIES[version]);
}

/** Whether something is a list of addresses and networks. */
export function isCidrList(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((entry) => parseEntry(entry) !== undefined);
}

/**
 * Whether all addresses of an entry are in one entry of a list. An entry that cannot be parsed is in no range and contains
 * no address.
 */
export function isWithin(entry: string, list: readonly string[]): boolean {
  const inner = parseEntry(entry);
  if (inner === undefined) return false;
  const wider = list.filter((outer) => prefixInIPv6(parseEntry(outer)) <= prefixInIPv6(inner));
  return isInRanges(inner.address, wider);
}

/**
 * The prefix length in IPv6, to compare as {@link isInRanges} does: an IPv4 network equals its mapped IPv6 network (RFC 4291,
 * section 2.5.5.2).
 */
function prefixInIPv6(entry: Entry | undefined): number {
  if (entry === undefined) return Infinity;
  return entry.family === 'ipv4' ? entry.prefix + 96 : entry.prefix;
}

/** Validates a list of addresses and networks. */
export function IsCidrList(options?: ValidationOptions): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isCidrList',
      target: target.constructor,
      propertyName: String(property),
      ...(options === undefined ? {} : { options }),
      validator: {
        validate: isCidrList,
        defaultMessage: () => '$property must be a list of addresses or networks',
      },
    });
  };
}
