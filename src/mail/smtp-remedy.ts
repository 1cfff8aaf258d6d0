import type { SmtpFailure } from './smtp.js';

/** What to do about the failures that a wrong setting causes. The reasons contain codes of Node, of OpenSSL and of SMTP (RFC 5321, RFC 4954). */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET/,
    'its certificate is not trusted: SMTP_URL must name the host of the certificate, and NODE_EXTRA_CA_CERTS the file of an authority that Node does not know',
  ],
  [/WRONG_VERSION_NUMBER/, 'this port does not begin with TLS: SMTP_URL must begin with smtp://'],
  [/to STARTTLS/, 'it offers no STARTTLS at this port: see smtps:// and tls=none in docs/mail.md'],
  [/to AUTH/, 'it refuses the user and the password of SMTP_URL, or takes no login at this port'],
  [/53\d to /, 'it wants a login: SMTP_URL needs user:password@ before the host'],
  [/5\d\d to MAIL/, 'it refuses MAIL_FROM as the sender'],
  [/5\d\d to RCPT/, 'it takes no mail for this address from this sender'],
  [/4\d\d to /, 'it takes none at present: try again later'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host of SMTP_URL is not known'],
  [/ECONNREFUSED/, 'nothing listens at this port'],
  [/ETIMEDOUT/, 'nothing answers in time: a firewall is in the way, or the port begins with TLS and needs smtps://'],
  [/ECONNECTION|ECONNRESET/, 'it closed the connection'],
  [/EMESSAGE/, 'the mail is larger than it takes'],
];

/** What an operator can do about a failure, in one line; undefined where nothing is known. */
export function remedyOf({ reason }: Pick<SmtpFailure, 'reason'>): string | undefined {
  return REMEDIES.find(([pattern]) => pattern.test(reason))?.[1];
}
