import { codeOf, stepOf } from '../../src/factor/totp.js';
import type { Answer, Client } from './client.js';
import type { TestDatabase } from './database.js';

/** What a login that needs a second factor is answered. */
export interface StepAnswer extends Record<string, unknown> {
  code: string;
  secondFactor: { token: string; expiresIn: number; methods: string[] };
}

/** What an enrolment is answered. */
interface Enrolment extends Record<string, unknown> {
  token: string;
  secret: string;
  uri: string;
  qr: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a text in base32. */
export function bytesOf(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** An app for codes, with a clock that can be ahead: a code is good once, and tests do not wait for the next one. */
export class Authenticator {
  private readonly secret: Buffer;

  /** @param secret in base32 */
  constructor(secret: string) {
    this.secret = bytesOf(secret);
  }

  /** The code of now, or of some steps later. */
  code(later = 0): string {
    return codeOf(this.secret, stepOf(Date.now()) + later);
  }

  /** A code that is wrong in every step that a server could accept. */
  wrong(): string {
    const right = [-2, -1, 0, 1, 2].map((later) => this.code(later));
    return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !right.includes(code)) ?? '';
  }
}

/** Enrols an app for the user of a JWT. */
export async function enrol(
  client: Client,
  jwt: string,
  name = 'My phone',
): Promise<{ app: Authenticator; id: string; secret: string; recoveryCodes: string[] }> {
  const begun = await client.post<Enrolment>('/user/factors/totp', { name }, jwt);
  if (begun.status !== 200) throw new Error(`Enrolling answered ${begun.status}: ${begun.text}`);
  const app = new Authenticator(begun.body.secret);
  const body = { token: begun.body.token, otp: app.code() };
  const confirmed = await client.post<{ id: string; recoveryCodes?: string[] }>(
    '/user/factors/totp/confirm',
    body,
    jwt,
  );
  if (confirmed.status !== 200) throw new Error(`Confirming answered ${confirmed.status}: ${confirmed.text}`);
  const { id, recoveryCodes = [] } = confirmed.body;
  return { app, id, secret: begun.body.secret, recoveryCodes };
}

/** Makes every code good again that was used, as time would. */
export async function passSteps(database: TestDatabase): Promise<void> {
  await database.query('UPDATE factor SET last_step = 0 WHERE last_step IS NOT NULL');
}

/** The first step of a login by username. */
export function begin(client: Client, username: string, password: string): Promise<Answer<StepAnswer>> {
  return client.post<StepAnswer>('/user/login', { username, password });
}

/** The second step of a login. */
export function complete(
  client: Client,
  token: string,
  otp: string,
): Promise<Answer<{ Token: string; recoveryCode?: string }>> {
  return client.post<{ Token: string; recoveryCode?: string }>('/user/login/second-factor', { token, otp });
}
