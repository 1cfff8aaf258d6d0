import 'reflect-metadata';
import { StartupError } from '../errors/startup-error.js';
import { loadSettings } from './load-settings.js';

describe('PUBLIC_URL', () => {
  it.each([
    ['HTTPS://Login.Example.COM:443', 'https://login.example.com'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['https://[2001:DB8::1]:8443/auth', 'https://[2001:db8::1]:8443/auth'],
    ['https://bücher.example/a/./b/../c%20d', 'https://xn--bcher-kva.example/a/c%20d'],
    [' https://login.example.com/auth\r\n', 'https://login.example.com/auth'],
  ])('%j is read in canonical form', (text, url) => {
    expect(loadSettings({ PUBLIC_URL: text }).publicUrl).toBe(url);
  });

  it.each([
    'login.example.com',
    '/auth',
    'ftp://a.example',
    'https:/a.example',
    'https://',
    'https://a.example/',
    'https://a.example/auth/',
    'https://a.example?b',
    'https://a.example#b',
    'https://me@a.example',
    'https://a.example:99999',
    'https://a b',
    "https://a.example/it's",
    'https://a.example/$(id)',
    "https://a'b.example",
    'https://a.example//b',
    'https://a.example/%',
    ' ',
  ])('%j is rejected in one line that names the setting', (text) => {
    const load = () => loadSettings({ PUBLIC_URL: text });
    expect(load).toThrow(StartupError);
    expect(load).toThrow(/^PUBLIC_URL must [^\n]*$/);
  });
});
