import { domainToASCII } from 'node:url';
import type { MailSettings } from '../config/mail-settings.js';
import type { MailContent } from './mail-content.js';
import { mailHtmlOf } from './mail-html.js';
import { mailTextOf, plainTextOf, type SentKind } from './mail-text.js';
import type { WireMail } from './smtp.js';

/** A mail that is composed: its id and its moment are the same in every attempt, so that a second copy is recognised as one. */
export interface ComposedMail {
  readonly id: string;
  readonly created: Date;
  readonly content: MailContent & { readonly kind: SentKind };
}

/** The headers and both bodies of a mail (RFC 5322), with the addresses of its envelope. */
export async function composeMail({ id, created, content }: ComposedMail, settings: MailSettings): Promise<WireMail> {
  // Loaded here: a server that sends no mail starts without it.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { from, publicUrl, hasConsole } = settings;
  const text = mailTextOf(content, { publicUrl, hasConsole });
  const [domain = ''] = withAsciiHost(from.address).split('@').slice(-1);
  const composer = new MailComposer({
    from: { name: from.name, address: from.address },
    // An object: a list of addresses in a text would be several recipients.
    to: { name: '', address: content.to },
    subject: text.subject,
    messageId: `<${id}@${domain}>`,
    date: created,
    headers: {
      'Content-Language': text.locale,
      // Nobody's absence note answers it (RFC 3834, section 5).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    text: plainTextOf(text),
    html: mailHtmlOf(text),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    from: withAsciiHost(from.address),
    to: withAsciiHost(content.to),
    content: await composer.compile().build(),
  };
}

/** An address as every mail server takes it: with its host as the DNS has it. One with letters needs SMTPUTF8 (RFC 6531). */
function withAsciiHost(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  // Empty for what is no host.
  const host = domainToASCII(address.slice(at));
  return host === '' ? address : `${address.slice(0, at)}${host}`;
}
