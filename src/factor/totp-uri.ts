import { renderSVG } from 'uqr';
import type { Settings } from '../config/settings.js';
import { TOTP } from './totp.js';

const NAME = 'Elastic Personas';

/** The issuer that an app shows: people who use several servers tell them apart by the host. */
export function issuerOf({ publicUrl }: Pick<Settings, 'publicUrl'>): string {
  return publicUrl === undefined ? NAME : withoutColon(new URL(publicUrl).host);
}

/** What an app for codes reads from a QR code (the key URI format of Google Authenticator). @param secret in base32 */
export function totpUri(issuer: string, username: string, secret: string): string {
  // Not by URLSearchParams, whose plus signs some apps show as they are.
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(withoutColon(username))}`;
  const parameters = `secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${TOTP.digits}&period=${TOTP.stepSeconds}`;
  return `otpauth://totp/${label}?${parameters}`;
}

/** A URI as a QR code: an SVG image without script, whose quiet zone has the four modules that the standard asks for. */
export function qrCodeOf(uri: string): string {
  return renderSVG(uri, { border: 4 });
}

/** The format forbids colons in either part of the label, encoded or not: apps split it at them. */
function withoutColon(part: string): string {
  return part.replaceAll(':', ' ');
}
