import 'reflect-metadata';
import { StartupError } from '../errors/startup-error.js';
import { loadSettings } from './load-settings.js';
import { knownEnvironmentNames } from './setting.decorator.js';
import type { Settings } from './settings.js';

/** The error lines for invalid settings. */
function complaintsAbout(environment: NodeJS.ProcessEnv): string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof StartupError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const SECRET_KEY = 'x'.repeat(32);

const DEFAULTS: Partial<Settings> = {
  port: 3000,
  host: '127.0.0.1',
  databaseUrl: 'sqlite:data/personas.sqlite',
  sqliteFile: 'data/personas.sqlite',
  secretKey: undefined,
  jwtAlgorithm: 'RS256',
  jwtTtlSeconds: 3600,
  jwtIssuer: 'elastic-personas',
  jwtAudience: 'elastic-personas',
  sessionMaxAgeSeconds: 30 * 86_400,
  passwordMaxAgeDays: 0,
  authHeaderReveal: 'always',
  servesKittens: true,
  corsOrigins: [],
  bootstrapUsername: 'admin',
  bootstrapPassword: undefined,
  isProduction: false,
};

describe('loadSettings', () => {
  it('needs no variable for a first start', () => {
    expect(loadSettings({})).toMatchObject(DEFAULTS);
  });

  it('treats an empty variable as unset', () => {
    const empty = Object.fromEntries(knownEnvironmentNames().map((name) => [name, '']));
    expect(loadSettings(empty)).toMatchObject(DEFAULTS);
  });

  it('ignores unknown variables', () => {
    expect(loadSettings({ PATH: '/bin', port: '1', jwtIssuer: 'x', isProduction: 'true' })).toMatchObject(DEFAULTS);
  });

  it('reads every variable', () => {
    const settings = loadSettings({
      PORT: '0',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://login.example.com/auth',
      DATABASE_URL: 'sqlite:/var/lib/personas.sqlite',
      SECRET_KEY,
      JWT_ALGORITHM: 'ES256',
      JWT_TTL: '5m',
      JWT_ISSUER: 'https://login.example.com',
      JWT_AUDIENCE: 'services',
      SESSION_MAX_AGE: '7d',
      PASSWORD_MAX_AGE_DAYS: '90',
      AUTHHEADER_REVEAL: 'once',
      SAMPLE_KITTENS: 'false',
      CORS_ORIGINS: ' https://app.example.com ,http://localhost:8080,',
      BOOTSTRAP_USERNAME: 'root',
      BOOTSTRAP_EMAIL: 'root@example.com',
      BOOTSTRAP_PASSWORD: 'correct horse battery',
      NODE_ENV: 'production',
    });
    expect(settings).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      publicUrl: 'https://login.example.com/auth',
      sqliteFile: '/var/lib/personas.sqlite',
      secretKey: SECRET_KEY,
      jwtAlgorithm: 'ES256',
      jwtTtlSeconds: 300,
      jwtIssuer: 'https://login.example.com',
      jwtAudience: 'services',
      sessionMaxAgeSeconds: 7 * 86_400,
      passwordMaxAgeDays: 90,
      authHeaderReveal: 'once',
      servesKittens: false,
      corsOrigins: ['https://app.example.com', 'http://localhost:8080'],
      bootstrapUsername: 'root',
      bootstrapEmail: 'root@example.com',
      bootstrapPassword: 'correct horse battery',
      isProduction: true,
    });
  });

  it.each([
    ['90', 90],
    ['90s', 90],
    ['60m', 3600],
    ['1h', 3600],
    ['1d', 86_400],
  ])('reads the duration %s', (text, seconds) => {
    expect(loadSettings({ JWT_TTL: text }).jwtTtlSeconds).toBe(seconds);
  });

  it.each([
    ['HTTPS://Login.Example.COM:443', 'https://login.example.com'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['https://[2001:DB8::1]:8443/auth', 'https://[2001:db8::1]:8443/auth'],
    ['https://bücher.example/a/./b/../c%20d', 'https://xn--bcher-kva.example/a/c%20d'],
  ])('reads the URL %s', (text, url) => {
    expect(loadSettings({ PUBLIC_URL: text }).publicUrl).toBe(url);
  });

  it.each([
    ['PORT', ['65536', '-1', '80.5', '0x50', 'http', ' 80', '1e3']],
    [
      'PUBLIC_URL',
      [
        'login.example.com',
        '/auth',
        'ftp://a.example',
        'https:/a.example',
        'https://',
        'https://a.example/',
        'https://a.example/auth/',
      ],
    ],
    [
      'PUBLIC_URL',
      ['https://a.example?b', 'https://a.example#b', 'https://me@a.example', 'https://a.example:99999', 'https://a b'],
    ],
    [
      'PUBLIC_URL',
      [
        "https://a.example/it's",
        'https://a.example/$(id)',
        "https://a'b.example",
        'https://a.example//b',
        'https://a.example/%',
      ],
    ],
    ['DATABASE_URL', ['mysql://localhost/personas', 'sqlite:', 'personas.sqlite']],
    ['SECRET_KEY', ['x'.repeat(31), 'x'.repeat(4097)]],
    ['JWT_ALGORITHM', ['none', 'rs256', 'RS512']],
    ['JWT_TTL', ['0', '0s', '-5m', '25h', '2d', '1.5h', '1w', '5 m', 'h', 'soon']],
    ['JWT_ISSUER', ['x'.repeat(201)]],
    ['JWT_AUDIENCE', ['x'.repeat(201)]],
    ['SESSION_MAX_AGE', ['59', '3651d', 'long']],
    ['PASSWORD_MAX_AGE_DAYS', ['-1', '3651', '30d', '1.5']],
    ['AUTHHEADER_REVEAL', ['never', 'Always']],
    ['SAMPLE_KITTENS', ['yes', '1', 'TRUE']],
    ['CORS_ORIGINS', ['*', 'app.example.com', 'https://app.example.com/', 'https://a.example, nonsense', 'ftp://a']],
    ['BOOTSTRAP_USERNAME', ['x'.repeat(101)]],
    ['BOOTSTRAP_EMAIL', ['admin', 'a@b@c', `${'x'.repeat(250)}@example.com`]],
    ['BOOTSTRAP_PASSWORD', ['short', 'x'.repeat(257)]],
  ])('rejects an invalid %s in one line that names it', (name, values) => {
    for (const value of values) {
      const complaints = complaintsAbout({ [name]: value });
      expect([value, complaints]).toEqual([value, [expect.stringMatching(new RegExp(`^${name} `))]]);
      expect(complaints.join()).not.toMatch(/property|[a-z][A-Z]|undefined/);
      // An error message must not leak the value of a secret.
      if (/SECRET|PASSWORD$/.test(name)) expect(complaints.join()).not.toContain(value);
    }
  });

  it('reports every invalid variable in its own line', () => {
    const complaints = complaintsAbout({ PORT: 'x', JWT_TTL: 'x', SAMPLE_KITTENS: 'x', NODE_ENV: 'production' });
    expect(complaints.map((line) => line.split(' ')[0]).sort()).toEqual([
      'JWT_TTL',
      'PORT',
      'SAMPLE_KITTENS',
      'SECRET_KEY',
    ]);
  });

  describe('in production', () => {
    it('requires a SECRET_KEY, and rejects an empty one', () => {
      for (const environment of [{}, { SECRET_KEY: '' }]) {
        expect(complaintsAbout({ NODE_ENV: 'production', ...environment })).toEqual([
          expect.stringMatching(/^SECRET_KEY must be set/),
        ]);
      }
    });

    it('leaves out the sample kittens unless they are enabled', () => {
      const production = { NODE_ENV: 'production', SECRET_KEY };
      expect(loadSettings(production).servesKittens).toBe(false);
      expect(loadSettings({ ...production, SAMPLE_KITTENS: 'true' }).servesKittens).toBe(true);
    });
  });
});
