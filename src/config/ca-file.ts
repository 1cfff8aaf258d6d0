import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { InvalidSetting } from './invalid-setting.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Reads a file of certificates. @returns its text, in PEM. @throws InvalidSetting */
export function readCaFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidSetting(`must name a file that can be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  // Node takes a text without certificates for an empty list, with which no server could be verified.
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new InvalidSetting('must name a file of certificates in PEM (-----BEGIN CERTIFICATE-----)');
  }
  return text;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
