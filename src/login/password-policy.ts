import { ApiError } from '../errors/api-error.js';
import { message, type Message } from '../i18n/message.js';
import { fold } from '../i18n/name-key.js';
import { PASSWORD_MAX_LENGTH } from './password-hasher.js';

/** The names of a password's user. */
export interface PasswordOwner {
  readonly username: string;
  readonly email: string;
}

const PRODUCT_NAME = 'elasticpersonas';

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/**
 * Refuses a password that is easy to guess (NIST SP 800-63B, section 3.1.1.2): too short, common, or made of the user's own
 * names. Kinds of characters are not required, as the same section says.
 * @param minLength in characters, after normalisation.
 * @throws ApiError `invalid_fields`, with the reason
 */
export async function refuseWeakPassword(
  field: string,
  password: string,
  owner: PasswordOwner,
  minLength: number,
): Promise<void> {
  const reason = await weaknessOf(password, owner, minLength);
  if (reason !== undefined) throw new ApiError('invalid_fields', { details: [{ field, message: reason }] });
}

async function weaknessOf(password: string, owner: PasswordOwner, minLength: number): Promise<Message | undefined> {
  const length = Array.from(password.normalize('NFC')).length;
  if (length < minLength) return message('must_be_at_least_of_length', { min: minLength });
  if (length > PASSWORD_MAX_LENGTH) return message('must_be_at_most_of_length', { max: PASSWORD_MAX_LENGTH });
  const plain = fold(password);
  const core = withoutPadding(plain);
  const common = await (commonPasswords ??= loadCommonPasswords());
  // A password that contains a short word and is mostly other characters is not a padded word.
  const isPaddedWord = core.length * 2 >= plain.length;
  const isCommon = (text: string) => common.has(text) || isOneCharacter(text);
  if (isCommon(plain) || (isPaddedWord && isCommon(core))) return message('is_a_common_password');
  if (namesOf(owner).some((name) => plain === name || (core !== '' && core === withoutPadding(name)))) {
    return message('is_a_padded_name');
  }
  return undefined;
}

/** A text without the digits and signs that users put around a word to meet a password rule. */
function withoutPadding(text: string): string {
  return /\p{L}(?:.*\p{L})?/su.exec(text)?.[0] ?? '';
}

/** Whether a text is one character again and again, or blanks alone: the list of common passwords has not all of these. */
function isOneCharacter(text: string): boolean {
  return new Set(text.replace(/\s/gu, '')).size <= 1;
}

function namesOf({ username, email }: PasswordOwner): string[] {
  const [localPart = ''] = email.split('@');
  return [username, email, localPart, PRODUCT_NAME].map(fold);
}

/** Fifty thousand words, which are loaded only when a password is set. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}
