import { composeMail } from './compose-mail.js';
import type { SentKind } from './mail-text.js';
import { MAIL_KINDS } from './mail-content.js';
import { mailTextOf, plainTextOf } from './mail-text.js';
import { mailHtmlOf } from './mail-html.js';
import { LOCALES } from '../i18n/locales.js';

const SETTINGS = {
  smtp: { host: 'localhost', port: 25, tls: 'none' },
  from: { name: 'Example, "login"', address: 'login@example.com' },
  publicUrl: 'https://login.example.com',
  hasConsole: true,
} as const;
const CONTENT = {
  kind: 'reset-link',
  to: 'john.doe@example.com',
  userId: 'x',
  username: 'john.doe',
  language: null,
  at: '2030-01-15T10:30:42.123Z',
  ip: '192.0.2.7',
  client: 'curl/8.5.0',
  token: 'the-token',
} as const;
const KINDS = MAIL_KINDS.filter((kind): kind is SentKind => kind !== 'nothing');

const compose = async (content: object): Promise<{ to: string; head: string; all: string }> => {
  const mail = { id: '0198c5a2', created: new Date(0), content: { ...CONTENT, ...content } };
  const { to, content: bytes } = await composeMail(mail, SETTINGS);
  const all = bytes.toString();
  return { to, head: all.slice(0, all.indexOf('\r\n\r\n')), all };
};

describe('A composed mail', () => {
  it.each([
    'a@example.com, b@example.com',
    '"a@evil.example b"@example.com',
    '"a, b@evil.example"@example.com',
    'a@example.com\r\nBcc: b@evil.example',
    'a@example.com <b@evil.example>',
  ])('has one recipient, whatever the address is: %j', async (to) => {
    const { to: recipient, head } = await compose({ to });
    expect(recipient).toBe(to);
    expect(head.match(/^(?:to|cc|bcc):/gim)).toHaveLength(1);
  });

  it('has the host of its recipient as the DNS has it, which a mail server without SMTPUTF8 takes too', async () => {
    const { to, head } = await compose({ to: 'jane+reader@müller.example' });
    expect(to).toBe('jane+reader@xn--mller-kva.example');
    expect(head).toContain('To: jane+reader@xn--mller-kva.example');
    expect((await compose({ to: 'jörg@müller.example' })).to).toBe('jörg@xn--mller-kva.example');
  });

  it('has no header that a name adds, and no element that it adds', async () => {
    const evil = 'x\r\nBcc: b@evil.example\r\n\r\n<img src="https://evil.example/x">';
    const { head, all } = await compose({ username: evil, name: evil, client: evil, language: 'de\r\nX: y' });
    expect(head).not.toMatch(/^(?:bcc|x):/im);
    expect(head.split('\r\n').filter((line) => /^[A-Za-z-]+:/.test(line))).toHaveLength(10);
    expect(all.slice(all.indexOf('text/html'))).not.toMatch(/<img/);
  });

  it('is the same in every attempt, but for the boundary', async () => {
    const [one, other] = [await compose({}), await compose({})];
    const plain = (text: string) => text.replaceAll(/--_NmP-[\w-]+|boundary="[^"]+"/g, '');
    expect(plain(one.all)).toBe(plain(other.all));
  });

  it.each(LOCALES)('of every kind is written in %s, without an empty placeholder', (language) => {
    for (const kind of KINDS) {
      const targets = { publicUrl: SETTINGS.publicUrl, hasConsole: true };
      const text = mailTextOf({ ...CONTENT, kind, language, name: 'backup' }, targets);
      const plain = plainTextOf(text);
      expect([kind, text.locale]).toEqual([kind, language]);
      expect(plain).not.toMatch(/[{}]|undefined/);
      expect(mailHtmlOf(text)).not.toMatch(/src=|url\(|<script|<style|<link/);
    }
  });

  it('gives the token and its call where there is no console', () => {
    const text = mailTextOf(CONTENT, { publicUrl: SETTINGS.publicUrl, hasConsole: false });
    const plain = plainTextOf(text);
    expect(plain).toContain('POST /user/password/reset');
    expect(plain).toContain('\n\nthe-token\n\n');
    expect(plain).not.toContain('/console');
  });
});
