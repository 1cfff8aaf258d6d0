import { InvalidSetting } from './invalid-setting.js';
import { complaintsAboutMail, mailSettingsOf, readMailFrom, readSmtpUrl } from './mail-settings.js';

describe('SMTP_URL', () => {
  const login = { user: 'me', password: 'p:@/' };

  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'starttls' }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, tls: 'implicit' }],
    ['smtp://me:p%3A%40%2F@mail.example.com:25/', { host: 'mail.example.com', port: 25, tls: 'starttls', login }],
    ['smtp://localhost:2525', { host: 'localhost', port: 2525, tls: 'none' }],
    ['smtp://me:p%3A%40%2F@[::1]:2525', { host: '::1', port: 2525, tls: 'none', login }],
    ['smtp://127.0.0.1?tls=starttls', { host: '127.0.0.1', port: 587, tls: 'starttls' }],
    ['smtp://relay.internal?tls=none', { host: 'relay.internal', port: 587, tls: 'none' }],
  ])('%s', (url, address) => {
    expect(readSmtpUrl(url)).toEqual(address);
  });

  it.each([
    'mail.example.com',
    'http://mail.example.com',
    'smtp://',
    'smtp://host/path',
    'smtp://host#part',
    'smtp://host:0',
    'smtp://host:99999',
    'smtp://me@host',
    'smtp://me:secret%0D%0A@host',
    'smtp://me:secret%zz@host',
    'smtp://me:secret@host?tls=none',
    'smtp://host?tls=maybe',
    'smtp://host?tls=none&tls=none',
    'smtp://host?pool=true',
    'smtps://host?tls=none',
  ])('%s is refused, in one line without the password', (url) => {
    expect(() => readSmtpUrl(url)).toThrow(InvalidSetting);
    expect(() => readSmtpUrl(url)).toThrow(/^must [^\n]*$/);
    expect(() => readSmtpUrl(url)).not.toThrow(/secret/);
  });

  it('needs PUBLIC_URL and MAIL_FROM, each of which is named', () => {
    const smtp = readSmtpUrl('smtp://localhost');
    expect(complaintsAboutMail({ smtp }, new Set())).toEqual([
      expect.stringMatching(/^PUBLIC_URL must be set/),
      expect.stringMatching(/^MAIL_FROM must be set/),
    ]);
    expect(complaintsAboutMail({ smtp }, new Set(['publicUrl', 'mailFrom']))).toEqual([]);
    expect(complaintsAboutMail({}, new Set())).toEqual([]);
    expect(mailSettingsOf({ smtp })).toBeUndefined();
  });
});

describe('MAIL_FROM', () => {
  it.each([
    ['login@example.com', { name: '', address: 'login@example.com' }],
    ['Example login <login@example.com>', { name: 'Example login', address: 'login@example.com' }],
    ['"Example, login" <login@example.com>', { name: 'Example, login', address: 'login@example.com' }],
  ])('%s', (text, address) => {
    expect(readMailFrom(text)).toEqual(address);
  });

  it.each(['login', 'Example login', '<login>', 'a@example.com, b@example.com', 'a@example.com <b@example.com> c'])(
    '%s is refused',
    (text) => {
      expect(() => readMailFrom(text)).toThrow(InvalidSetting);
    },
  );
});
