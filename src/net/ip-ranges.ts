import { registerDecorator, type ValidationOptions } from 'class-validator';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { readAddress } from './address.js';

type Family = 'ipv4' | 'ipv6';

/** One entry of a list, its address in the form that addresses are compared in. */
interface Network {
  readonly address: string;
  /** How many leading bits of the address all addresses of the network share. */
  readonly prefix: number;
  readonly family: Family;
}

/**
 * Networks, ready to be asked. Each family has a list of its own: in one, an IPv6 network such as `::/64` would hold every IPv4
 * address, which Node compares by what it is mapped to.
 */
export type Networks = Readonly<Record<Family, BlockList>>;

/** One entry of a list: an address, or a network in CIDR notation (RFC 4632). No zone: it says nothing outside its own machine. */
function parseEntry(entry: unknown): Network | undefined {
  const [text = '', bits, ...rest] = typeof entry === 'string' ? entry.split('/') : [];
  if (rest.length > 0 || text.includes('%') || !(isIPv4(text) || isIPv6(text))) return undefined;
  const widest = isIPv4(text) ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (!(prefix <= widest)) return undefined;
  const address = readAddress(text) ?? text;
  const isMapped = isIPv6(text) && isIPv4(address);
  // A network wider than what is mapped holds more than IPv4 addresses.
  if (isMapped && prefix < 96) return { address: text, prefix, family: 'ipv6' };
  return { address, prefix: isMapped ? prefix - 96 : prefix, family: familyOf(address) };
}

function familyOf(address: string): Family {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** The networks of a list; an entry that cannot be read is left out. */
export function networksOf(list: readonly string[]): Networks {
  const networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of list) {
    const parsed = parseEntry(entry);
    if (parsed !== undefined) networks[parsed.family].addSubnet(parsed.address, parsed.prefix, parsed.family);
  }
  return networks;
}

/** Whether an address is in one of some networks; what is no address is in none. @param ip as {@link readAddress} has it. */
export function isIn(ip: string, networks: Networks): boolean {
  const family = familyOf(ip);
  return networks[family].check(ip, family);
}

/**
 * As {@link isIn}, for a list; an entry that cannot be read holds nothing.
 * @param ip as {@link readAddress} has it.
 */
export function isListed(ip: string, list: readonly string[]): boolean {
  return isIn(ip, networksOf(list));
}

/** A list of addresses and networks. */
export function IsCidrList(options?: ValidationOptions): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isCidrList',
      target: target.constructor,
      propertyName: String(property),
      ...(options === undefined ? {} : { options }),
      validator: {
        validate: (list: unknown) => Array.isArray(list) && list.every((entry) => parseEntry(entry) !== undefined),
        defaultMessage: () => '$property must be a list of addresses or networks',
      },
    });
  };
}
