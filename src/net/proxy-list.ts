import { compile } from '@fastify/proxy-addr';
import { isCidrList } from './ip-ranges.js';

/**
 * Whether a list can be given to what reads `X-Forwarded-For`. That library alone decides on networks. It also takes words,
 * numbers and netmasks, which would silently mean another address than was meant.
 */
export function isProxyList(list: readonly string[]): boolean {
  if (!isCidrList(list)) return false;
  try {
    compile([...list]);
    return true;
  } catch {
    return false;
  }
}
