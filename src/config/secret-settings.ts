import { InvalidSetting } from './invalid-setting.js';

const MIN_BYTES = 32;
const MAX_BYTES = 4096;
/** Random text of 32 characters has more, even in hexadecimal. */
const MIN_DIFFERENT_CHARACTERS = 8;

/** A previous secret, which may be weak, because the values that it sealed must still open. @throws InvalidSetting */
export function readPreviousSecret(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes < MIN_BYTES) throw new InvalidSetting(`must be ${MIN_BYTES} bytes or longer`);
  if (bytes > MAX_BYTES) throw new InvalidSetting(`must be ${MAX_BYTES} bytes or shorter`);
  return text;
}

/** A secret to seal with. @throws InvalidSetting */
export function readSecret(text: string): string {
  readPreviousSecret(text);
  if (new Set(text).size < MIN_DIFFERENT_CHARACTERS || repeatsItself(text)) {
    throw new InvalidSetting('must not repeat itself; make one with: openssl rand -base64 32');
  }
  return text;
}

/** Whether a text is a repeated shorter text. */
function repeatsItself(text: string): boolean {
  for (let period = 1; period * 2 <= text.length; period++) if (text.startsWith(text.slice(period))) return true;
  return false;
}
