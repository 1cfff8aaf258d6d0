import { isEmail } from 'class-validator';
import { isLoopback } from '../net/loopback.js';
import { InvalidSetting } from './invalid-setting.js';

/** A server that takes mails (RFC 5321), and how the connection to it is encrypted. */
export interface SmtpAddress {
  readonly host: string;
  readonly port: number;
  /** Absent for a server that asks for no password. */
  readonly login?: { readonly user: string; readonly password: string };
  /** `implicit` from the beginning (RFC 8314), `starttls` before anything else is said, `none` for a server that is trusted by its place. */
  readonly tls: 'implicit' | 'starttls' | 'none';
}

/** The sender of the mails. */
export interface MailAddress {
  /** Empty for an address alone. */
  readonly name: string;
  readonly address: string;
}

/** What mails are sent with. */
export interface MailSettings {
  readonly smtp: SmtpAddress;
  readonly from: MailAddress;
  readonly publicUrl: string;
  /** Whether the links lead to pages of the console. */
  readonly hasConsole: boolean;
}

/** The settings that they come from. */
interface MailSources {
  readonly smtp?: SmtpAddress;
  readonly mailFrom?: MailAddress;
  readonly publicUrl?: string;
  readonly servesConsole?: boolean;
}

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
const FORM =
  'must look like smtp://user:password@mail.example.com:587, with / ? # @ : and % of a password written as %2F %3F %23 %40 %3A %25';
// eslint-disable-next-line no-control-regex -- these are what it looks for.
const CONTROL = /[\0-\x1F\x7F]/;

/**
 * The URL of a mail server. The connection is encrypted unless the server is on this machine, or the URL ends with `?tls=none`. No
 * complaint repeats the URL, because it contains the password.
 * @throws InvalidSetting
 */
export function readSmtpUrl(text: string): SmtpAddress {
  const url = parse(text);
  const isImplicit = url.protocol === 'smtps:';
  const host = decode(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  if (host === '' || url.hash !== '' || !['', '/'].includes(url.pathname)) throw new InvalidSetting(FORM);
  if (url.port === '0') throw new InvalidSetting('must name a port from 1 to 65535, or none');
  const [user, password] = [decode(url.username), decode(url.password)];
  if ([host, user, password].some((part) => CONTROL.test(part))) {
    throw new InvalidSetting('must contain no control characters, such as %00');
  }
  if ((user === '') !== (password === '')) throw new InvalidSetting('must have a user and a password, or neither');
  const tls = isImplicit ? 'implicit' : tlsIn(url, host);
  if (tls === 'none' && user !== '' && !isLoopback(host)) {
    throw new InvalidSetting('must have no password with tls=none: everybody on the way could read it');
  }
  const port = url.port === '' ? (isImplicit ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port);
  return { host, port, tls, ...(user === '' ? {} : { login: { user, password } }) };
}

function parse(text: string): URL {
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) throw new InvalidSetting(FORM);
  const url = new URL(text);
  const names = [...url.searchParams.keys()];
  const isPlain = url.protocol === 'smtp:';
  if (names.some((name) => name !== 'tls') || names.length > (isPlain ? 1 : 0)) {
    throw new InvalidSetting('must have no option other than one tls=none or tls=starttls, and with smtps:// none');
  }
  return url;
}

function tlsIn({ searchParams }: URL, host: string): 'starttls' | 'none' {
  const asked = searchParams.get('tls');
  if (asked === null) return isLoopback(host) ? 'none' : 'starttls';
  if (asked === 'none' || asked === 'starttls') return asked;
  throw new InvalidSetting('must have tls=none or tls=starttls, or no such option');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InvalidSetting(FORM);
  }
}

/** An address, or a name and an address in angle brackets. @throws InvalidSetting */
export function readMailFrom(text: string): MailAddress {
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]+)>$/.exec(text) ?? [];
  const address = bracketed ?? text;
  if (isEmail(address, { allow_utf8_local_part: false })) return { name: name.replaceAll('"', '').trim(), address };
  throw new InvalidSetting('must be an address such as login@example.com, or Example login <login@example.com>');
}

/** The lines about settings that mails need. @param refused the properties that a line is about already */
export function complaintsAboutMail(
  { smtp, mailFrom, publicUrl }: MailSources,
  refused: ReadonlySet<string>,
): string[] {
  if (smtp === undefined) return [];
  const needed = [
    ['publicUrl', publicUrl, 'PUBLIC_URL must be set where SMTP_URL is: the links in mails begin with it'],
    ['mailFrom', mailFrom, 'MAIL_FROM must be set where SMTP_URL is: it is the sender of the mails'],
  ] as const;
  return needed.flatMap(([property, value, line]) => (value === undefined && !refused.has(property) ? [line] : []));
}

/** What mails are sent with; undefined where none are. */
export function mailSettingsOf(settings: MailSources): MailSettings | undefined {
  const { smtp, mailFrom: from, publicUrl, servesConsole: hasConsole = true } = settings;
  if (smtp === undefined || from === undefined || publicUrl === undefined) return undefined;
  return { smtp, from, publicUrl, hasConsole };
}
