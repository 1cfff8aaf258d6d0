import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isProxyList } from '../net/proxy-list.js';
import { readPublicUrl } from '../net/public-url.js';
import { InvalidSetting } from './invalid-setting.js';
import { readList } from './setting-readers.js';

const HOST_NAME_LENGTH = 253;
/** A label of a host name (RFC 1123, section 2.1), or with the underscore that container networks use. */
const LABEL = /^[a-z\d_](?:[\w-]{0,61}[a-z\d_])?$/i;
/** A name that ends in a number is an address in an old notation: the resolver reads `0` as all addresses. */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/i;

/** An origin: a URL that ends with its host and port. */
const ORIGIN = /^https?:\/\/[^\s/?#@\\*]+$/i;

/** An address or a host name, in the form that `listen` takes: without the brackets of a URL, in ASCII. @throws InvalidSetting */
export function readHost(text: string): string {
  const address = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  if (isIP(address) === 6 || isIP(text) === 4) return address;
  if (isHostName(text)) return domainToASCII(text);
  throw new InvalidSetting(
    'must be an address or a host name, such as 127.0.0.1, ::1 or localhost; no URL, no port, no path of a socket',
  );
}

/** A domain, in lower case and ASCII. @throws InvalidSetting */
export function readDomain(text: string): string {
  if (isHostName(text)) return domainToASCII(text);
  throw new InvalidSetting('must be a domain such as example.com; no URL, no port');
}

/** The public base URL in canonical form. @throws InvalidSetting */
export function readPublicBase(text: string): string {
  const url = readPublicUrl(text);
  if (url !== '') return url;
  throw new InvalidSetting(
    'must be a URL such as https://login.example.com or https://example.com/auth, without a slash at the end',
  );
}

/** Origins as a browser writes them in its `Origin` header (RFC 6454, section 6.2). @throws InvalidSetting */
export function readOrigins(text: string): string[] {
  const entries = readList(text);
  if (entries.length === 0 || !entries.every((entry) => ORIGIN.test(entry) && URL.canParse(entry))) {
    throw new InvalidSetting('must be origins such as https://app.example.com, separated by commas');
  }
  return entries.map((entry) => new URL(entry).origin);
}

/** Addresses and networks (CIDR) of proxies. @throws InvalidSetting */
export function readProxies(text: string): string[] {
  const entries = readList(text);
  if (entries.length === 0 || !isProxyList(entries)) {
    throw new InvalidSetting(
      'must be addresses or networks such as 10.0.0.0/8, separated by commas, that are not every address',
    );
  }
  return entries;
}

function isHostName(text: string): boolean {
  // The conversion to ASCII may cut the name at any other character.
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(text)) return false;
  const name = domainToASCII(text);
  const labels = name.split('.');
  return (
    name.length <= HOST_NAME_LENGTH && labels.every((label) => LABEL.test(label)) && !NUMBER.test(labels.at(-1) ?? '')
  );
}
