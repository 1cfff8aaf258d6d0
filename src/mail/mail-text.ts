import type { MessageKey } from '../i18n/en.js';
import { DEFAULT_LOCALE, isLocale, type Locale } from '../i18n/locales.js';
import { message, type Message, textOf } from '../i18n/message.js';
import type { MailContent, MailKind } from './mail-content.js';

/** A mail that is sent. */
export type SentKind = Exclude<MailKind, 'nothing'>;

/** Where the links of mails lead, and whether there is a page. */
export interface LinkTargets {
  readonly publicUrl: string;
  /** Whether the pages of the console are served. */
  readonly hasConsole: boolean;
}

/** A mail in the words of its reader. */
export interface MailText {
  readonly locale: Locale;
  readonly subject: string;
  /** In order; each is one paragraph. */
  readonly before: readonly string[];
  /** A link, or a token for who has no page. */
  readonly link: string | undefined;
  readonly token: string | undefined;
  /** What happened when and from where, one a line. */
  readonly facts: readonly string[];
  readonly after: readonly string[];
}

/** A link: the page of the console, and the route that takes its token. */
interface LinkOf {
  readonly page: string;
  readonly route: string;
}

interface KindText {
  readonly subject: MessageKey;
  readonly text: (values: Readonly<Record<'username' | 'name', string>>) => Message;
  readonly link?: LinkOf;
  readonly advice?: Message;
}

const NOT_YOU = message('mail_not_you');

const TEXTS: Readonly<Record<SentKind, KindText>> = {
  'reset-link': {
    subject: 'mail_reset_subject',
    text: (values) => message('mail_reset_text', values),
    link: { page: '/console/reset', route: 'POST /user/password/reset' },
    advice: message('mail_reset_ignore'),
  },
  'confirm-email': {
    subject: 'mail_confirm_subject',
    text: (values) => message('mail_confirm_text', values),
    link: { page: '/console/email/confirm', route: 'POST /user/email/confirm' },
    advice: message('mail_reset_ignore'),
  },
  'email-changed': {
    subject: 'mail_changed_subject',
    text: (values) => message('mail_changed_text', values),
    link: { page: '/console/email/undo', route: 'POST /user/email/undo' },
  },
  'email-restored': { subject: 'mail_restored_subject', text: (values) => message('mail_restored_text', values) },
  'new-network': {
    subject: 'mail_network_subject',
    text: (values) => message('mail_network_text', values),
    advice: NOT_YOU,
  },
  'password-changed': {
    subject: 'mail_password_subject',
    text: (values) => message('mail_password_text', values),
    advice: NOT_YOU,
  },
  'factor-added': {
    subject: 'mail_factor_added_subject',
    text: (values) => message('mail_factor_added_text', values),
    advice: NOT_YOU,
  },
  'factor-removed': {
    subject: 'mail_factor_removed_subject',
    text: (values) => message('mail_factor_removed_text', values),
    advice: NOT_YOU,
  },
  'recovery-code-used': {
    subject: 'mail_recovery_subject',
    text: (values) => message('mail_recovery_text', values),
    advice: NOT_YOU,
  },
  'auth-header-ending': { subject: 'mail_ending_subject', text: (values) => message('mail_ending_text', values) },
  'auth-header-leaked': { subject: 'mail_leaked_subject', text: (values) => message('mail_leaked_text', values) },
  test: { subject: 'mail_test_subject', text: () => message('mail_test_text') },
};

/** The words of a mail. */
export function mailTextOf(content: MailContent & { readonly kind: SentKind }, targets: LinkTargets): MailText {
  const { kind, username, name = '', token, language } = content;
  const locale = isLocale(language ?? undefined) ? (language as Locale) : DEFAULT_LOCALE;
  const inLocale = (text: Message): string => textOf(text, locale);
  const { subject, text, link: target, advice } = TEXTS[kind];
  const { publicUrl, hasConsole } = targets;
  const link = target && token !== undefined ? target : undefined;
  const isPage = link !== undefined && hasConsole;
  return {
    locale,
    subject: inLocale({ key: subject }),
    before: [
      ...(username === '' ? [] : [message('mail_greeting', { username })]),
      text({ username, name }),
      ...(link === undefined || isPage ? [] : [message('mail_token_for', { route: link.route })]),
    ].map(inLocale),
    link: isPage ? `${publicUrl}${link.page}?token=${token ?? ''}` : undefined,
    token: link === undefined || isPage ? undefined : token,
    facts: factsOf(content).map(inLocale),
    after: [...(advice === undefined ? [] : [advice]), message('mail_sent_by', { url: publicUrl })].map(inLocale),
  };
}

function factsOf({ at, ip, client = '' }: MailContent): Message[] {
  return [
    message('mail_time', { when: `${at.slice(0, 16).replace('T', ' ')} UTC` }),
    ...(ip === undefined || ip === '' ? [] : [message('mail_address', { ip })]),
    ...(client === '' ? [] : [message('mail_client', { client })]),
  ];
}

/** A mail as plain text. */
export function plainTextOf({ before, link, token, facts, after }: MailText): string {
  const parts = [...before, link, token, facts.join('\n'), ...after];
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}
