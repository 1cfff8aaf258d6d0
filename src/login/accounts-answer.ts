import type { FastifyReply } from 'fastify';
import type { Locale } from '../i18n/locales.js';
import { message, textOf } from '../i18n/message.js';
import type { AccountsLoginAnswerDto } from './dto/accounts-login-answer.dto.js';
import type { LoggedInUser } from './login-completion.js';

/** The answer of the accounts document to a login, whose JWT is in a header. A second step that began there gives it too. */
export function accountsAnswer(
  { jwt, recoveryCode }: Pick<LoggedInUser, 'jwt' | 'recoveryCode'>,
  locale: Locale,
  reply: FastifyReply,
): AccountsLoginAnswerDto {
  void reply.header('authorization', `Bearer ${jwt}`);
  const status = { success: textOf(message('accounts_logged_in'), locale) };
  return recoveryCode === undefined ? { status } : { status, recoveryCode };
}
