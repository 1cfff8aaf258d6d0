import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parameters that every app for codes assumes (RFC 6238, section 4), whatever the URI says. */
export const TOTP = { digits: 6, stepSeconds: 30, secretBytes: 20 } as const;

/** How many steps a clock may be off, each way (RFC 6238, section 5.2). */
const WINDOW_STEPS = 1;

/** The time step of a moment. */
export function stepOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000 / TOTP.stepSeconds);
}

/** The code of a time step (RFC 4226, section 5.3). */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** TOTP.digits;
  return String(number).padStart(TOTP.digits, '0');
}

/**
 * The time step whose code was given, the latest first: an accepted step voids all earlier ones.
 * @param after no code of this step or an earlier one counts.
 * @returns undefined for a wrong code, and for one that was used.
 */
export function findStep(secret: Uint8Array, code: string, now: number, after = 0): number | undefined {
  const latest = stepOf(now) + WINDOW_STEPS;
  const steps = Array.from({ length: 2 * WINDOW_STEPS + 1 }, (_, index) => latest - index);
  // Every step is compared, so that the time does not tell which one was near.
  const matches = steps.filter((step) => isSame(codeOf(secret, step), code));
  return matches.find((step) => step > after);
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
