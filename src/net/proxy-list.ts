import { compile } from '@fastify/proxy-addr';
import { isCidrList } from './ip-ranges.js';

/**
 * Whether the library that reads `X-Forwarded-For` accepts a list. The library also accepts words, numbers and netmasks, which
 * could silently mean an unintended address.
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
