import type { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { StartupError } from '../errors/startup-error.js';
import { requestPipe } from '../http/request.pipe.js';
import { toEnglish } from '../i18n/message.js';
import { refuseWeakPassword } from '../login/password-policy.js';
import { AddUserDto } from './dto/manage-user.dto.js';

/**
 * Asks of the first administrator's name and address what is asked of every user's.
 * @throws StartupError with a line for each of BOOTSTRAP_USERNAME and BOOTSTRAP_EMAIL that no user may have
 */
export async function refuseUnfitAdministrator({ bootstrapUsername, bootstrapEmail }: Settings): Promise<void> {
  const fields = { username: bootstrapUsername, email: bootstrapEmail };
  await naming(() => requestPipe.transform(fields, { type: 'body', metatype: AddUserDto }));
}

/**
 * Asks of the first administrator's password, where one is set, what is asked of every user's. Where there are users it is
 * not used, and must not keep a server from starting whose rules have become stricter since.
 * @throws StartupError naming BOOTSTRAP_PASSWORD
 */
export async function refuseUnfitPassword(settings: Settings): Promise<void> {
  const { bootstrapUsername: username, bootstrapEmail: email, bootstrapPassword, passwordMinLength } = settings;
  if (bootstrapPassword === undefined) return;
  await naming(() => refuseWeakPassword('password', bootstrapPassword, { username, email }, passwordMinLength));
}

/** Has a check name the settings in place of a user's fields. */
async function naming(check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof ApiError) || error.details === undefined) throw error;
    const lines = error.details.map(({ field, message }) => `BOOTSTRAP_${field.toUpperCase()} ${toEnglish(message)}`);
    throw new StartupError(lines.join('\n'));
  }
}
