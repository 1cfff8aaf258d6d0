import { isIP } from 'node:net';
import type { Settings } from './settings.js';

type SiteSettings = Pick<Settings, 'publicUrl' | 'passkeyRpId'>;

/**
 * The domain that passkeys belong to: WebAuthn's relying party id.
 * @returns undefined if browsers refuse passkeys at PUBLIC_URL: they need a host name and, except on `localhost`, HTTPS.
 */
export function rpIdOf({ publicUrl, passkeyRpId }: SiteSettings): string | undefined {
  if (publicUrl === undefined) return 'localhost';
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0 || (protocol !== 'https:' && !isLocal)) return undefined;
  return passkeyRpId ?? hostname;
}

/** @returns why PASSKEY_RP_ID cannot be the domain of passkeys, to be put after its name; undefined if it can. */
export function complaintOfRpId({ publicUrl, passkeyRpId }: SiteSettings): string | undefined {
  if (passkeyRpId === undefined) return undefined;
  if (publicUrl === undefined) return 'needs a PUBLIC_URL';
  const { hostname } = new URL(publicUrl);
  // A name of one label above a host is a public suffix, such as `com`, to which browsers give no passkeys.
  const isAbove = passkeyRpId.includes('.') && hostname.endsWith(`.${passkeyRpId}`) && isIP(hostname) === 0;
  return passkeyRpId === hostname || isAbove ? undefined : 'must be the host of PUBLIC_URL, or a domain above it';
}
