import { isEmail } from 'class-validator';
import type { MailSettings } from '../config/mail-settings.js';
import { newId } from '../database/new-id.js';
import { composeMail } from '../mail/compose-mail.js';
import { remedyOf } from '../mail/smtp-remedy.js';
import { sendMail, SmtpFailure, tryConnection } from '../mail/smtp.js';
import { CommandError } from './command-error.js';

/**
 * Connects to the mail server, and sends a test mail if an address is given.
 * @returns what is well. @throws CommandError with what is not
 */
export async function mailIsTaken(settings: MailSettings | undefined, to: string | undefined): Promise<string> {
  if (settings === undefined) throw new CommandError('no mail can be sent: SMTP_URL is not set');
  const { host, port } = settings.smtp;
  try {
    if (to === undefined) {
      await tryConnection(settings.smtp);
      return `${host}:${port} takes connections`;
    }
    if (!isEmail(to)) throw new CommandError('--mail must be an e-mail address');
    const created = new Date();
    const content = {
      kind: 'test',
      to,
      userId: null,
      username: '',
      language: null,
      at: created.toISOString(),
    } as const;
    const wire = await composeMail({ id: newId(), created, content }, settings);
    const signal = new AbortController().signal;
    await sendMail(settings.smtp, wire, { beforeContent: () => Promise.resolve(), signal });
    return `${host}:${port} has taken a test mail`;
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error;
    const remedy = remedyOf(error);
    throw new CommandError(`${host}:${port}: ${error.reason}${remedy === undefined ? '' : `; ${remedy}`}`);
  }
}
