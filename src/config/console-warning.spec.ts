import { warnOfPlainConsole } from './console-warning.js';

const DEVELOPMENT = { servesConsole: true, isProduction: false };
const PRODUCTION = { servesConsole: true, isProduction: true };

describe('doctor warns of a console', () => {
  it.each([
    ['in production without a public URL', PRODUCTION],
    ['in production over plain HTTP', { ...PRODUCTION, publicUrl: 'http://login.example.com' }],
    ['on a network over plain HTTP', { ...DEVELOPMENT, publicUrl: 'http://192.168.1.7:3000' }],
  ])('%s', (_, settings) => {
    expect(warnOfPlainConsole(settings)).toEqual([expect.stringContaining('PUBLIC_URL')]);
  });

  it.each([
    ['over HTTPS', { ...PRODUCTION, publicUrl: 'https://login.example.com' }],
    ['on this machine', { ...PRODUCTION, publicUrl: 'http://localhost:3000' }],
    ['of a developer', DEVELOPMENT],
    ['that is not served', { ...PRODUCTION, servesConsole: false }],
  ])('not %s', (_, settings) => {
    expect(warnOfPlainConsole(settings)).toEqual([]);
  });
});
