import { IsBoolean, IsIn, IsInt, IsOptional, Length, Max, MaxLength, Min } from 'class-validator';
import { readDomain, readHost, readOrigins, readPublicBase } from './address-settings.js';
import { readCaFile } from './ca-file.js';
import type { DatabaseAddress } from './database-address.js';
import { readDatabaseUrl } from './database-url.js';
import { DEFAULT_HASH_CONCURRENCY, MAX_HASH_CONCURRENCY } from './hash-concurrency.js';
import { JWT_ALGORITHMS, type JwtAlgorithm } from './jwt-algorithms.js';
import { type MailAddress, readMailFrom, readSmtpUrl, type SmtpAddress } from './mail-settings.js';
import { ProxySettings } from './proxy-settings.js';
import { SECOND_FACTOR_RULES, type SecondFactorRule } from './second-factor-rules.js';
import { readPreviousSecret, readSecret } from './secret-settings.js';
import { durationSeconds, readBoolean, readInteger, readWorkers } from './setting-readers.js';
import { Setting } from './setting.decorator.js';
import { DAY_SECONDS } from './time.js';

/** The configuration: one property for each environment variable, validated at the start. */
export class Settings extends ProxySettings {
  /** The TCP port to listen on; 0 takes a free one. */
  @Setting('PORT', readInteger)
  @Min(0)
  @Max(65_535)
  @IsInt()
  readonly port: number = 3000;

  /** The address to listen on, or a name for it; the default is reachable from this machine only. */
  @Setting('HOST', readHost)
  readonly host: string = '127.0.0.1';

  /**
   * The URL at which clients reach the server: scheme, host and an optional path, such as `https://login.example.com/auth`.
   * Samples, links and redirects begin with it. If unset, the `Host` header of each request determines it.
   */
  @Setting('PUBLIC_URL', readPublicBase)
  @IsOptional()
  @MaxLength(1000)
  readonly publicUrl?: string;

  /**
   * The domain that passkeys belong to: the host of `PUBLIC_URL`, or a domain above it that its other hosts share. If unset, it
   * is the host of `PUBLIC_URL`. A change makes every stored passkey useless.
   */
  @Setting('PASSKEY_RP_ID', readDomain)
  @IsOptional()
  readonly passkeyRpId?: string;

  /**
   * The database: `sqlite:` and the path of a file, relative to the working folder, or the URL of a PostgreSQL database,
   * `postgres://user:password@host:5432/database`.
   */
  @Setting('DATABASE_URL', readDatabaseUrl, { isSecret: true })
  readonly database: DatabaseAddress = { kind: 'sqlite', file: 'data/personas.sqlite' };

  /** The certificates, in PEM, of the authorities that the PostgreSQL server's certificate is checked with: the file's path. */
  @Setting('DATABASE_CA_FILE', readCaFile)
  readonly databaseCa?: string;

  /**
   * The connections to PostgreSQL that one process keeps, besides the one that polls for revocations. Three at least: one for
   * changes, one for lists, and one for look-ups of credentials, which then wait for neither.
   */
  @Setting('DATABASE_POOL_MAX', readInteger)
  @Min(3)
  @Max(1000)
  @IsInt()
  readonly databasePoolMax: number = 10;

  /** Whether PostgreSQL prepares frequent statements once for each connection. `false` for poolers that cannot keep them. */
  @Setting('DATABASE_PREPARED', readBoolean)
  @IsBoolean()
  readonly databasePrepared: boolean = true;

  /** The server that takes the mails, such as `smtps://user:password@mail.example.com:465`. If unset, no mail is sent. */
  @Setting('SMTP_URL', readSmtpUrl, { isSecret: true })
  readonly smtp?: SmtpAddress;

  /** The sender of the mails: an address, or a name and an address, such as `Example login <login@example.com>`. */
  @Setting('MAIL_FROM', readMailFrom)
  readonly mailFrom?: MailAddress;

  /** The secret that seals auth headers and signing keys. If unset, the server generates one and stores it in `data/`. */
  @Setting('SECRET_KEY', readSecret, { isSecret: true })
  readonly secretKey?: string;

  /** The previous secret, during a rotation: it opens existing values and seals no new ones. */
  @Setting('SECRET_KEY_PREVIOUS', readPreviousSecret, { isSecret: true })
  readonly secretKeyPrevious?: string;

  /** The one algorithm JWTs are signed with and accepted in. */
  @Setting('JWT_ALGORITHM')
  @IsIn(JWT_ALGORITHMS)
  readonly jwtAlgorithm: JwtAlgorithm = 'RS256';

  /** How long a JWT is valid. */
  @Setting('JWT_TTL', durationSeconds('1s', '1d'))
  readonly jwtTtlSeconds: number = 3600;

  /**
   * The `iss` claim (RFC 7519, section 4.1.1): the issuer of the JWTs. If unset, it is `PUBLIC_URL`, and without one
   * `elastic-personas`.
   */
  @Setting('JWT_ISSUER')
  @IsOptional()
  @Length(1, 200)
  readonly jwtIssuer?: string;

  /** The `aud` claim (RFC 7519, section 4.1.3): the audience of the JWTs. */
  @Setting('JWT_AUDIENCE')
  @Length(1, 200)
  readonly jwtAudience: string = 'elastic-personas';

  /** Days after which the key that signs JWTs is rotated; 0 means never. A rotation fails no request. */
  @Setting('JWT_KEY_MAX_AGE_DAYS', readInteger)
  @Min(0)
  @Max(3650)
  @IsInt()
  readonly jwtKeyMaxAgeDays: number = 90;

  /** The maximum lifetime of a session, also of one that is older than the setting. Renewing its JWT does not extend it. */
  @Setting('SESSION_MAX_AGE', durationSeconds('1m', '3650d'))
  readonly sessionMaxAgeSeconds: number = 30 * DAY_SECONDS;

  /** Days after which a password must be changed; 0 means never (NIST SP 800-63B forbids periodic changes). */
  @Setting('PASSWORD_MAX_AGE_DAYS', readInteger)
  @Min(0)
  @Max(3650)
  @IsInt()
  readonly passwordMaxAgeDays: number = 0;

  /** The minimum length of a password, in characters; NIST requires 15 without a second factor. */
  @Setting('PASSWORD_MIN_LENGTH', readInteger)
  @Min(8)
  @Max(64)
  @IsInt()
  readonly passwordMinLength: number = 8;

  /**
   * Who must have a second factor: nobody (`optional`), users with the role `admin` (`administrators`), or `everybody`. Who must
   * and has none is asked at the login to set one up.
   */
  @Setting('SECOND_FACTOR')
  @IsIn(SECOND_FACTOR_RULES)
  readonly secondFactor: SecondFactorRule = 'optional';

  /** The maximum lifetime of an auth header, in days since its creation or rotation; 0 means unlimited. */
  @Setting('AUTHHEADER_MAX_AGE_DAYS', readInteger)
  @Min(0)
  @Max(3650)
  @IsInt()
  readonly authHeaderMaxAgeDays: number = 0;

  /** Days after which an audit event is deleted; 0 means never. */
  @Setting('AUDIT_RETENTION_DAYS', readInteger)
  @Min(0)
  @Max(36_500)
  @IsInt()
  readonly auditRetentionDays: number = 365;

  /** How many passwords are hashed concurrently, each on its own core. The default leaves one core to all other requests. */
  @Setting('HASH_CONCURRENCY', readInteger)
  @Min(1)
  @Max(MAX_HASH_CONCURRENCY, {
    message: `$property must be at most ${MAX_HASH_CONCURRENCY}: UV_THREADPOOL_SIZE less two, which are the database's`,
  })
  @IsInt()
  readonly hashConcurrency: number = DEFAULT_HASH_CONCURRENCY;

  /** How many logins may wait for password hashing. Further logins get 503 at once. */
  @Setting('HASH_QUEUE_LENGTH', readInteger)
  @Min(0)
  @Max(10_000)
  @IsInt()
  readonly hashQueueLength: number = 128;

  /** The `Retry-After` of that 503. */
  @Setting('HASH_RETRY_AFTER', durationSeconds('1s', '1h'))
  readonly hashRetryAfterSeconds: number = 2;

  /** How many processes serve the port; `auto` is one for each core. */
  @Setting('WORKERS', readWorkers)
  @Min(1)
  @Max(64)
  @IsInt()
  readonly workers: number = 1;

  /** How long a server goes on serving after SIGTERM while it tells load balancers that it is not ready. */
  @Setting('DRAIN_DELAY', durationSeconds('0s', '5m'))
  readonly drainDelaySeconds: number = 0;

  /**
   * How long a connection may be idle between two requests before the server closes it. A proxy must close first: what it sends
   * while the server closes is lost.
   */
  @Setting('KEEP_ALIVE', durationSeconds('1s', '1h'))
  readonly keepAliveSeconds: number = 130;

  /** `always` shows an auth header's token in the list to its owner's JWT; `once` shows it at creation and stores only a hash. */
  @Setting('AUTHHEADER_REVEAL')
  @IsIn(['always', 'once'])
  readonly authHeaderReveal: 'always' | 'once' = 'always';

  /** Whether the sample resource of the reference is served. If unset, it is served except in production. */
  @Setting('SAMPLE_KITTENS', readBoolean)
  @IsOptional()
  @IsBoolean()
  readonly sampleKittens?: boolean;

  /** Whether the console is served: the pages at `/console`. */
  @Setting('CONSOLE', readBoolean)
  @IsBoolean()
  readonly servesConsole: boolean = true;

  /** The origins whose pages may call the API from a browser, e.g. `https://app.example.com`; none by default. */
  @Setting('CORS_ORIGINS', readOrigins)
  readonly corsOrigins: string[] = [];

  /** The first administrator's username, by the rules of every user. Ignored once a user exists. */
  @Setting('BOOTSTRAP_USERNAME')
  readonly bootstrapUsername: string = 'admin';

  /** The first administrator's e-mail address, by the rules of every user. Ignored once a user exists. */
  @Setting('BOOTSTRAP_EMAIL')
  readonly bootstrapEmail: string = 'admin@example.com';

  /** The first administrator's password. If unset, the server makes one and prints it once. Ignored once a user exists. */
  @Setting('BOOTSTRAP_PASSWORD', undefined, { keepsBlanks: true, isSecret: true })
  readonly bootstrapPassword?: string;

  /** `production` requires a SECRET_KEY and leaves out the sample resource; `development` and `test` are the same. */
  @Setting('NODE_ENV')
  @IsIn(['development', 'production', 'test'])
  readonly nodeEnv: string = 'development';

  /** The issuer of the JWTs that this server signs. */
  get issuer(): string {
    return this.jwtIssuer ?? this.publicUrl ?? 'elastic-personas';
  }

  get isProduction(): boolean {
    return this.nodeEnv === 'production';
  }

  get servesKittens(): boolean {
    return this.sampleKittens ?? !this.isProduction;
  }
}
