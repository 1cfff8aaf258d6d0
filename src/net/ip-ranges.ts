import { registerDecorator, type ValidationOptions } from 'class-validator';
import { BlockList, isIP } from 'node:net';

const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

/** One entry of a list: an address, or a network in CIDR notation (RFC 4632). */
function parseEntry(entry: unknown): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...rest] = typeof entry === 'string' ? entry.split('/') : [];
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const widest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  return rest.length === 0 && prefix <= widest ? { address, prefix, family: FAMILIES[version] } : undefined;
}

/** Whether an address is in one of the networks of a list; an address or an entry that cannot be read is in none. */
export function isListed(ip: string, list: readonly string[]): boolean {
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

/** A list of addresses and networks. */
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
