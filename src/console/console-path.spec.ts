import { isConsolePath, ownPage } from './console-path.js';

describe('The page after a login', () => {
  it.each(['', '/sessions', '/authheaders/rotate?id=0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', '?done=email_sent'])(
    'is one of the console: %s',
    (page) => {
      expect(ownPage(page)).toBe(page);
    },
  );

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '@evil.example',
    '.evil',
    '/../docs',
    'x',
    '/a?b#c',
  ])('is the first page in place of %s', (page) => {
    expect(ownPage(page)).toBe('');
  });
});

it('The console owns its paths, and no others', () => {
  expect(['/console', '/console/login', '/console/*'].map(isConsolePath)).toEqual([true, true, true]);
  expect(['/consoles', '/user/console', '/'].map(isConsolePath)).toEqual([false, false, false]);
});
