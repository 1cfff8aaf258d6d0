import type { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { StartupError } from '../errors/startup-error.js';
import { requestPipe } from '../http/request.pipe.js';
import { toEnglish } from '../i18n/message.js';
import { refuseWeakPassword } from '../login/password-policy.js';
import { AddUserDto } from './dto/manage-user.dto.js';

/**
 * Applies the rules for every user's username and e-mail address to the first administrator's.
 * @throws StartupError with one line for each invalid one of BOOTSTRAP_USERNAME and BOOTSTRAP_EMAIL
 */
export async function refuseUnfitAdministrator({ bootstrapUsername, bootstrapEmail }: Settings): Promise<void> {
  const fields = { username: bootstrapUsername, email: bootstrapEmail };
  await naming(() => requestPipe.transform(fields, { type: 'body', metatype: AddUserDto }));
}

/**
 * Applies the rules for every user's password to BOOTSTRAP_PASSWORD, if it is set. Call it only while there is no user:
 * rules that became stricter must not prevent a later start, which ignores the password.
 * @throws StartupError naming BOOTSTRAP_PASSWORD
 */
export async function refuseUnfitPassword(settings: Settings): Promise<void> {
  const { bootstrapUsername: username, bootstrapEmail: email, bootstrapPassword, passwordMinLength } = settings;
  if (bootstrapPassword === undefined) return;
  await naming(() => refuseWeakPassword('password', bootstrapPassword, { username, email }, passwordMinLength));
}

/** Runs a check, and replaces the fields of a user by the settings in its error. */
async function naming(check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof ApiError) || error.details === undefined) throw error;
    const lines = error.details.map(({ field, message }) => `BOOTSTRAP_${field.toUpperCase()} ${toEnglish(message)}`);
    throw new StartupError(lines.join('\n'));
  }
}
