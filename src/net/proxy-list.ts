import { isCidrList, isCovered } from './ip-ranges.js';

/** Networks that together hold every client: of IPv4, without multicast; of IPv6 (RFC 4291, section 2.4); and of both. */
const EVERY_CLIENT = [['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3'], ['2000::/3'], ['::ffff:0:0/95']];

/** Whether a list names proxies, and not everyone: a client that is trusted like a proxy chooses its own address. */
export function isProxyList(list: readonly string[]): boolean {
  return isCidrList(list) && !EVERY_CLIENT.some((networks) => networks.every((network) => isCovered(network, list)));
}
