import { invalidFields } from '../errors/invalid-fields.js';
import type { FactorProof } from '../factor/factor-method.js';
import { message } from '../i18n/message.js';
import type { Visit } from './visit.js';

/** What the browser answered for a passkey. @throws ApiError `invalid_fields` for a text that is no object */
export function passkeyIn(visit: Visit): object {
  try {
    const passkey: unknown = JSON.parse(visit.field('passkey'));
    if (typeof passkey === 'object' && passkey !== null) return passkey;
  } catch {
    // It is refused like every other text that no browser sends.
  }
  throw invalidFields([{ field: 'passkey', message: message('is_not_valid') }]);
}

/** The proof of a second factor in a form: of a passkey if there is one, else the code. */
export function proofIn(visit: Visit): FactorProof {
  return visit.field('passkey') === '' ? { otp: visit.field('otp').trim() } : { passkey: passkeyIn(visit) };
}
