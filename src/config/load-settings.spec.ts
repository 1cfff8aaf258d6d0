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

const SECRET_KEY = 'correct horse battery staple, and more';

const sqlite = (file: string) => ({ kind: 'sqlite', file }) as const;

const DEFAULTS: Partial<Settings> = {
  port: 3000,
  host: '127.0.0.1',
  database: sqlite('data/personas.sqlite'),
  secretKey: undefined,
  jwtAlgorithm: 'RS256',
  jwtTtlSeconds: 3600,
  jwtIssuer: undefined,
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
      database: sqlite('/var/lib/personas.sqlite'),
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
    ['PORT', ['65536', '-1', '80.5', '0x50', 'http', '"3000"', '1e3']],
    ['HOST', ['http://127.0.0.1', '127.0.0.1:3000', 'localhost:3000', '[localhost]', '[::1]:3000', '[127.0.0.1]']],
    ['HOST', ['/run/personas.sock', './personas.sock', '*', '0', '127.1', '0x7f000001', '2130706433', 'a b', 'a..b']],
    ['DATABASE_URL', ['mysql://localhost/personas', 'sqlite:', 'sqlite: ', 'personas.sqlite', 'sqlite3:data/p.sqlite']],
    ['DATABASE_URL', ['sqlite::memory:', 'sqlite:file:data/p.sqlite', 'sqlite:~/p.sqlite', 'sqlite:$HOME/p.sqlite']],
    ['DATABASE_URL', ['sqlite://data/p.sqlite', 'sqlite:///data/p.sqlite', 'sqlite:p.sqlite?mode=rw', 'sqlite:a%2Fb']],
    ['DATABASE_URL', ['sqlite:src', 'sqlite:nowhere/', 'sqlite:.', 'sqlite:..', 'sqlite:src/.', 'sqlite:/dev/null']],
    ['DATABASE_URL', ['sqlite:data', 'sqlite:./data/../data', 'sqlite:data/secret-key', 'sqlite:.env']],
    ['DATABASE_URL', ['sqlite:data/secret-key.previous', 'sqlite:data/secret-key-wal', 'sqlite:./src/../.env']],
    ['DATABASE_URL', ['sqlite:data/secret-key-shm', 'sqlite:data/secret-key-journal', 'postgres://h/d']],
    ['DATABASE_URL', ['sqlite:data/secret-key.previous-wal', 'sqlite:data/secret-key.0123abcd']],
    ['DATABASE_CA_FILE', ['no/such/file', 'package.json', 'src']],
    ['DATABASE_POOL_MAX', ['2', '1001', 'many']],
    ['DATABASE_PREPARED', ['yes', '1']],
    ['SECRET_KEY', ['x', SECRET_KEY.slice(0, 31), `${SECRET_KEY}${'abcdefgh%'.repeat(500)}`, ' '.repeat(40)]],
    ['SECRET_KEY', ['a'.repeat(32), 'ab'.repeat(20), 'changeme'.repeat(4), '0123456789abc'.repeat(3).slice(0, 37)]],
    ['SECRET_KEY', [`${SECRET_KEY}\n${SECRET_KEY}`, `${SECRET_KEY}\u001b[0m.`]],
    ['SECRET_KEY_PREVIOUS', ['short', ' '.repeat(40)]],
    ['JWT_ALGORITHM', ['none', 'rs256', 'RS512']],
    ['JWT_TTL', ['0', '0s', '-5m', '25h', '2d', '1.5h', '1w', '5 m', 'h', 'soon']],
    [
      'JWT_ISSUER',
      ['x'.repeat(201), 'a\rb', 'a\u0000b', 'a\u009bb', 'a\u202eb', 'a\u200bb', 'a\u2028b', 'a\ufffdb', '\t'],
    ],
    ['JWT_AUDIENCE', ['x'.repeat(201), 'a\nb', '\u00a0']],
    ['SESSION_MAX_AGE', ['59', '3651d', 'long']],
    ['PASSWORD_MAX_AGE_DAYS', ['-1', '3651', '30d', '1.5']],
    ['HASH_CONCURRENCY', ['0', '99']],
    ['HASH_QUEUE_LENGTH', ['-1', '10001']],
    ['HASH_RETRY_AFTER', ['soon', '0s']],
    ['AUTHHEADER_REVEAL', ['never', 'Always']],
    ['SAMPLE_KITTENS', ['yes', '1', 'TRUE']],
    ['TRUST_PROXY', ['0.0.0.0/0', '::/0', '10.0.0.0/8, 0.0.0.0/0', '::ffff:0.0.0.0/0', '10.0.0.0/33', '10.0.0.0/-1']],
    [
      'TRUST_PROXY',
      ['::ffff:0:0/96', '::ffff:0.0.0.0/96', '::ffff:0:0/95', '::/64', '10.0.0.0/0', '9::/0', '2000::/3'],
    ],
    [
      'TRUST_PROXY',
      ['0.0.0.0/1,128.0.0.0/1', '::/1,8000::/1', '::ffff:0:0/97,::1,128.0.0.0/1,200.0.0.0/8', '3000::/4,2000::/4'],
    ],
    ['TRUST_PROXY', ['192.0.0.0/3, 128.0.0.0/2, 64.0.0.0/2, 0.0.0.0/2', '2000::/4,3000::/5,3800::/5']],
    ['TRUST_PROXY', ['true', '1', 'loopback', '10.0.0.0/255.0.0.0', '0x7f.1', 'proxy.example.com', '10.0.0.1:80', ',']],
    [
      'CORS_ORIGINS',
      ['*', 'app.example.com', 'https://app.example.com/', 'https://a.example, nonsense', 'ftp://a', ','],
    ],
    [
      'CORS_ORIGINS',
      ['https://user@a.example', 'https://a.example?x', 'https://a.example#x', 'https://a.example/path'],
    ],
    ['CORS_ORIGINS', ['https://*.example.com', 'https://a.example:99999', 'https://', 'null', 'https:a.example']],
    ['BOOTSTRAP_USERNAME', [' ', '\t', 'ad\tmin', 'ad\u001b[31mmin', '\u202enimda', 'a\nb']],
    ['BOOTSTRAP_PASSWORD', [' '.repeat(12), ' correct horse battery', 'correct horse battery ', 'correct\u0000horse']],
    ['NODE_ENV', ['prod', 'Production', 'PRODUCTION', 'staging', 'dev', 'production,']],
  ])('rejects an invalid %s in one line that names it', (name, values) => {
    for (const value of values) {
      const complaints = complaintsAbout({ [name]: value });
      expect([value, complaints]).toEqual([value, [expect.stringMatching(new RegExp(`^${name} `))]]);
      expect(complaints.join()).not.toMatch(/property|[a-z][A-Z]|undefined/);
      // An error message must not leak the value of a secret.
      if (/SECRET|PASSWORD$/.test(name) && value.length > 1) expect(complaints.join()).not.toContain(value);
    }
  });

  it.each([
    ['PORT', ' 3001\n', { port: 3001 }],
    ['HOST', '[::1]', { host: '::1' }],
    ['HOST', 'localhost\r', { host: 'localhost' }],
    ['HOST', 'M\u00fcnchen.example', { host: 'xn--mnchen-3ya.example' }],
    ['HOST', 'fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['HOST', 'my_service', { host: 'my_service' }],
    ['DATABASE_URL', ' sqlite:data/a b#c.sqlite\r\n', { database: sqlite('data/a b#c.sqlite') }],
    ['DATABASE_URL', 'sqlite: data/a.sqlite', { database: sqlite('data/a.sqlite') }],
    ['DATABASE_URL', 'sqlite:data/100%.sqlite', { database: sqlite('data/100%.sqlite') }],
    ['DATABASE_URL', 'sqlite:data/secret-keys.sqlite', { database: sqlite('data/secret-keys.sqlite') }],
    ['DATABASE_URL', 'sqlite:data/.env', { database: sqlite('data/.env') }],
    ['SECRET_KEY', `\t${SECRET_KEY} \r\n`, { secretKey: SECRET_KEY }],
    ['SECRET_KEY', '\ufeff3f8a91c07b5de26f3f8a91c07b5de270', { secretKey: '3f8a91c07b5de26f3f8a91c07b5de270' }],
    // It must open what it sealed, to be replaced by a better one.
    ['SECRET_KEY_PREVIOUS', `${'a'.repeat(32)}\n`, { secretKeyPrevious: 'a'.repeat(32) }],
    ['JWT_ALGORITHM', 'ES256\r', { jwtAlgorithm: 'ES256' }],
    ['JWT_TTL', ' 5m ', { jwtTtlSeconds: 300 }],
    ['JWT_ISSUER', 'https://login.example.com\r\n', { jwtIssuer: 'https://login.example.com' }],
    ['SAMPLE_KITTENS', 'false\r', { servesKittens: false }],
    ['TRUST_PROXY', '10.0.0.0/8 , ::1\n', { trustedProxies: ['10.0.0.0/8', '::1'] }],
    ['TRUST_PROXY', '0.0.0.0/1,128.0.0.0/2', { trustedProxies: ['0.0.0.0/1', '128.0.0.0/2'] }],
    ['CORS_ORIGINS', 'HTTPS://App.Example.com:443', { corsOrigins: ['https://app.example.com'] }],
    [
      'CORS_ORIGINS',
      'http://c.example:80,http://c.example:08443',
      { corsOrigins: ['http://c.example', 'http://c.example:8443'] },
    ],
    ['CORS_ORIGINS', 'https://m\u00fcnchen.example', { corsOrigins: ['https://xn--mnchen-3ya.example'] }],
    ['BOOTSTRAP_USERNAME', ' admin\r', { bootstrapUsername: 'admin' }],
    ['BOOTSTRAP_EMAIL', 'root@example.com\r', { bootstrapEmail: 'root@example.com' }],
    ['BOOTSTRAP_PASSWORD', 'correct horse battery\r\n', { bootstrapPassword: 'correct horse battery' }],
    [
      'BOOTSTRAP_PASSWORD',
      'family \u{1f469}\u200d\u{1f467} of two',
      { bootstrapPassword: 'family \u{1f469}\u200d\u{1f467} of two' },
    ],
    ['NODE_ENV', 'test\n', { nodeEnv: 'test', isProduction: false }],
  ])('reads %s=%j in canonical form', (name, text, expected) => {
    expect(loadSettings({ [name]: text })).toMatchObject(expected);
  });

  it('recognises production with a line end behind it', () => {
    expect(loadSettings({ NODE_ENV: 'production\r', SECRET_KEY }).isProduction).toBe(true);
  });

  it('lists the values of NODE_ENV', () => {
    expect(complaintsAbout({ NODE_ENV: 'prod' }).join()).toMatch(/development, production, test/);
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
