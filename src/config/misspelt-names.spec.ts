import { settingMeantBy, warnOfNames } from './misspelt-names.js';
import { knownEnvironmentNames } from './setting.decorator.js';
import './settings.js';

/** What shells, systems, images, supervisors and other programs set. */
const ORDINARY = `
  PATH HOME USER LOGNAME SHELL TERM LANG LANGUAGE LC_ALL TZ PWD OLDPWD SHLVL HOSTNAME HOSTTYPE MAIL EDITOR PAGER DISPLAY TMPDIR
  POST PORTS PORT_HTTP HTTP_PORT HOSTS HOST_IP HOME_URL KUBERNETES_PORT KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT_HTTPS
  KUBERNETES_PORT_443_TCP_ADDR PERSONAS_PORT PERSONAS_SERVICE_HOST DATABASE_HOST DATABASE_NAME DATABASE_USER DATABASE_PASSWORD
  DATABASE_PORT DATABASE_SSL DATABASE_POOL DB_URL REDIS_URL MYSQL_DATABASE POSTGRES_DB PGHOST SECRET SECRET_ID SECRETS_DIR
  SECRET_KEY_BASE AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID SECRET_TOKEN API_KEY JWT_SECRET JWT_PUBLIC_KEY NODE_PATH NODE_OPTIONS
  NODE_VERSION NODE_EXTRA_CA_CERTS NODE_COMPILE_CACHE NODENV_VERSION NODENV_ROOT NVM_DIR YARN_VERSION npm_config_cache
  npm_package_name NO_PROXY HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy http_proxy FORCE_COLOR NO_COLOR CI DEBUG INVOCATION_ID
  JOURNAL_STREAM NOTIFY_SOCKET WATCHDOG_USEC LISTEN_FDS CREDENTIALS_DIRECTORY STATE_DIRECTORY SYSTEMD_EXEC_PID SSH_AUTH_SOCK
  SSH_CONNECTION XDG_RUNTIME_DIR XDG_SESSION_ID DBUS_SESSION_BUS_ADDRESS UV_THREADPOOL_SIZE LD_LIBRARY_PATH PASSWORD PASSWORD_FILE
  SESSION_SECRET SESSION_MANAGER SESSION_NAME NICKNAME APP_ENV RAILS_ENV ENV ENVIRONMENT PUBLIC_IP BOOTSTRAP SAMPLE AUDIT_LOG
  CORS HASH TRUST JWT host port _ CONTAINER container WINDOWID COLORTERM PS1 IFS MANPATH INFOPATH`
  .trim()
  .split(/\s+/);

describe('A variable that nobody reads', () => {
  it.each([
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['TRUSTED_PROXIES', 'TRUST_PROXY'],
    ['TRUST_PORXY', 'TRUST_PROXY'],
    ['JWT_TTL_SECONDS', 'JWT_TTL'],
    ['JWT_TLL', 'JWT_TTL'],
    ['jwt_ttl', 'JWT_TTL'],
    ['JWT_ISSUERS', 'JWT_ISSUER'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['SECRETKEY', 'SECRET_KEY'],
    ['SECRET_KEYS', 'SECRET_KEY'],
    ['SECRET_KEY_FILE', 'SECRET_KEY'],
    ['SERCET_KEY', 'SECRET_KEY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['NODE_ENVS', 'NODE_ENV'],
    ['PASSWORD_MAX_AGE', 'PASSWORD_MAX_AGE_DAYS'],
    ['AUTH_HEADER_REVEAL', 'AUTHHEADER_REVEAL'],
    ['BOOTSTRAP_PASSWD', 'BOOTSTRAP_PASSWORD'],
    ['SAMPLE_KITTEN', 'SAMPLE_KITTENS'],
  ])('causes a warning if it is nearly a setting: %s', (name, setting) => {
    expect(settingMeantBy(name)).toBe(setting);
    expect(warnOfNames([], { [name]: 'x' })).toEqual([
      `${name} is not a setting and is ignored; did you mean ${setting}?`,
    ]);
  });

  it('causes no warning if it belongs to another program', () => {
    expect(ORDINARY.map((name) => [name, settingMeantBy(name)]).filter(([, meant]) => meant !== undefined)).toEqual([]);
    expect(warnOfNames([], Object.fromEntries(ORDINARY.map((name) => [name, 'x'])))).toEqual([]);
  });

  it('is no setting itself', () => {
    for (const name of knownEnvironmentNames()) expect(settingMeantBy(name)).toBeUndefined();
    expect(warnOfNames([], Object.fromEntries(knownEnvironmentNames().map((name) => [name, 'x'])))).toEqual([]);
  });

  it('causes a warning whenever a .env file sets it, and so does a second value', () => {
    const entries = ['PORT', 'NICKNAME', 'CORS_ORIGIN', 'PORT'].map((name, at) => ({
      name,
      value: 'x',
      line: at + 2,
    }));
    expect(warnOfNames(entries, {})).toEqual([
      '.env, line 3: NICKNAME is not a setting and is ignored',
      '.env, line 4: CORS_ORIGIN is not a setting and is ignored; did you mean CORS_ORIGINS?',
      '.env, line 5: PORT is set a second time, and this value is taken',
    ]);
  });
});
