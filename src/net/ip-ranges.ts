import { registerDecorator, type ValidationOptions } from 'class-validator';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { readAddress } from './address.js';

type Family = 'ipv4' | 'ipv6';

/** An entry of a list, with its address in the form in which addresses are compared. */
interface Entry {
  readonly address: string;
  /** The length of the network prefix, in bits. */
  readonly prefix: number;
  readonly family: Family;
}

/**
 * Parsed networks. Each family has its own list: in a common one, an IPv6 network such as `::/64` would contain every IPv4
 * address, because Node compares it in its mapped form.
 */
export type Networks = Readonly<Record<Family, BlockList>>;

/** One entry of a list: an address, or a network in CIDR notation (RFC 4632). A zone is invalid: it is local to one machine. */
function parseEntry(entry: unknown): Entry | undefined {
  const [text = '', bits, ...rest] = typeof entry === 'string' ? entry.split('/') : [];
  if (rest.length > 0 || text.includes('%') || !(isIPv4(text) || isIPv6(text))) return undefined;
  const widest = isIPv4(text) ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (!(prefix <= widest)) return undefined;
  const address = readAddress(text) ?? text;
  const isMapped = isIPv6(text) && isIPv4(address);
  // A network wider than the mapped range contains more than IPv4 addresses.
  if (isMapped && prefix < 96) return { address: text, prefix, family: 'ipv6' };
  return { address, prefix: isMapped ? prefix - 96 : prefix, family: familyOf(address) };
}

function familyOf(address: string): Family {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** Parses the networks of a list. An entry that cannot be parsed is left out. */
export function networksOf(list: readonly string[]): Networks {
  const networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of list) {
    const parsed = parseEntry(entry);
    if (parsed !== undefined) networks[parsed.family].addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return networks;
}

/** Whether an address is in one of the networks. Text that is no address never is. @param ip in the form of {@link readAddress}. */
export function isIn(ip: string, networks: Networks): boolean {
  const family = familyOf(ip);
  return networks[family].check(ip, family);
}

/**
 * Whether an address is in one of the ranges of a list. An address or entry that cannot be parsed never matches.
 * @param ip in the form of {@link readAddress}.
 */
export function isInRanges(ip: string, list: readonly string[]): boolean {
  return isIn(ip, networksOf(list));
}

/** Whether something is a list of addresses and networks. */
export function isCidrList(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((entry) => parseEntry(entry) !== undefined);
}

/**
 * Whether all addresses of an entry are in one entry of a list. An entry that cannot be parsed is in no range and contains
 * no address. A network of one family contains no network of the other, as in {@link isIn}.
 */
export function isWithin(entry: string, list: readonly string[]): boolean {
  const inner = parseEntry(entry);
  if (inner === undefined) return false;
  const wider = list.filter((outer) => (parseEntry(outer)?.prefix ?? Infinity) <= inner.prefix);
  return networksOf(wider)[inner.family].check(inner.address, inner.family);
}

/** Whether all addresses of an entry are in a list, be it in several entries together. Otherwise as {@link isWithin}. */
export function isCovered(entry: string, list: readonly string[]): boolean {
  if (isWithin(entry, list)) return true;
  const whole = parseEntry(entry);
  if (whole === undefined) return false;
  const bits = whole.family === 'ipv4' ? 32 : 128;
  const parts = list.flatMap((each) => (isWithin(each, [entry]) ? (parseEntry(each) ?? []) : []));
  // Two networks are disjoint, or one contains the other. The wider ones come first, so no address is counted twice.
  parts.sort((one, other) => one.prefix - other.prefix);
  const counted = new BlockList();
  let size = 0n;
  for (const { address, prefix, family } of parts) {
    if (counted.check(address, family)) continue;
    counted.addSubnet(address, prefix, family);
    size += 1n << BigInt(bits - prefix);
  }
  return size === 1n << BigInt(bits - whole.prefix);
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
