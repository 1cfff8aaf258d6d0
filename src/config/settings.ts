import { IsBoolean, IsIn, IsInt, IsOptional, Length, Max, Min } from 'class-validator';
import { availableParallelism } from 'node:os';
import { readHost, readOrigins, readProxies } from './address-settings.js';
import { readDatabaseUrl } from './database-url.js';
import { databaseFiles, PREVIOUS_SECRET_KEY_FILE, SECRET_KEY_FILE } from './private-files.js';
import { readPreviousSecret, readSecret } from './secret-settings.js';
import { readBoolean, readDurationSeconds, readInteger } from './setting-readers.js';
import { Setting } from './setting.decorator.js';

/** The algorithms a JWT may be signed with (RFC 7518, section 3.1). */
export const JWT_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'HS256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

const ONE_DAY_SECONDS = 86_400;

/** What libuv's threads leave to hashing: two are the database's. Its number of threads is set for the process, before it starts. */
const MAX_HASH_CONCURRENCY = Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 2);

/** Everything that can be set from outside: one property an environment variable, checked at start. */
export class Settings {
  /** The TCP port to listen on; 0 takes a free one. */
  @Setting('PORT', readInteger)
  @Min(0)
  @Max(65_535)
  @IsInt()
  readonly port: number = 3000;

  /** The address to listen on, or a name for it; the default is reachable from this machine only. */
  @Setting('HOST', readHost)
  readonly host: string = '127.0.0.1';

  /** Where everything is kept: `sqlite:` and a file's path, relative to the working folder. */
  @Setting('DATABASE_URL', readDatabaseUrl)
  readonly databaseUrl: string = 'sqlite:data/personas.sqlite';

  /** The secret that seals auth headers and signing keys; unset, it is made once and kept in `data/`. */
  @Setting('SECRET_KEY', readSecret)
  readonly secretKey?: string;

  /** The secret before SECRET_KEY, while it is being replaced: what it sealed still opens, and nothing new is sealed with it. */
  @Setting('SECRET_KEY_PREVIOUS', readPreviousSecret)
  readonly secretKeyPrevious?: string;

  /** The one algorithm JWTs are signed with and accepted in. */
  @Setting('JWT_ALGORITHM')
  @IsIn(JWT_ALGORITHMS)
  readonly jwtAlgorithm: JwtAlgorithm = 'RS256';

  /** How long a JWT is good for. */
  @Setting('JWT_TTL', readDurationSeconds)
  @Min(1)
  @Max(ONE_DAY_SECONDS)
  @IsInt()
  readonly jwtTtlSeconds: number = 3600;

  /** The `iss` claim (RFC 7519, section 4.1.1): who mints the JWTs. */
  @Setting('JWT_ISSUER')
  @Length(1, 200)
  readonly jwtIssuer: string = 'elastic-personas';

  /** The `aud` claim (RFC 7519, section 4.1.3): who the JWTs are for. */
  @Setting('JWT_AUDIENCE')
  @Length(1, 200)
  readonly jwtAudience: string = 'elastic-personas';

  /** How long a login lasts at most, however often its JWT is renewed. */
  @Setting('SESSION_MAX_AGE', readDurationSeconds)
  @Min(60)
  @Max(3650 * ONE_DAY_SECONDS)
  @IsInt()
  readonly sessionMaxAgeSeconds: number = 30 * ONE_DAY_SECONDS;

  /** Days after which a password must be changed; 0 is never (NIST SP 800-63B forbids periodic change). */
  @Setting('PASSWORD_MAX_AGE_DAYS', readInteger)
  @Min(0)
  @Max(3650)
  @IsInt()
  readonly passwordMaxAgeDays: number = 0;

  /** The fewest characters a password may have; NIST asks 15 where there is no second factor. */
  @Setting('PASSWORD_MIN_LENGTH', readInteger)
  @Min(8)
  @Max(64)
  @IsInt()
  readonly passwordMinLength: number = 8;

  /** How many days an auth header may live at most, from when it is made or rotated; 0 is without a limit. */
  @Setting('AUTHHEADER_MAX_AGE_DAYS', readInteger)
  @Min(0)
  @Max(3650)
  @IsInt()
  readonly authHeaderMaxAgeDays: number = 0;

  /** The days after which an audit event is removed; 0 is never. */
  @Setting('AUDIT_RETENTION_DAYS', readInteger)
  @Min(0)
  @Max(36_500)
  @IsInt()
  readonly auditRetentionDays: number = 365;

  /** How many passwords are hashed at once, each on a core of its own; by default one core is left to everybody else. */
  @Setting('HASH_CONCURRENCY', readInteger)
  @Min(1)
  @Max(MAX_HASH_CONCURRENCY, {
    message: `$property must be at most ${MAX_HASH_CONCURRENCY}: UV_THREADPOOL_SIZE less two, which are the database's`,
  })
  @IsInt()
  readonly hashConcurrency: number = Math.min(Math.max(1, availableParallelism() - 1), MAX_HASH_CONCURRENCY);

  /** How many logins may wait for their password to be hashed; the next is answered 503 at once. */
  @Setting('HASH_QUEUE_LENGTH', readInteger)
  @Min(0)
  @Max(10_000)
  @IsInt()
  readonly hashQueueLength: number = 128;

  /** What the `Retry-After` of that 503 says. */
  @Setting('HASH_RETRY_AFTER', readDurationSeconds)
  @Min(1)
  @Max(3600)
  @IsInt()
  readonly hashRetryAfterSeconds: number = 2;

  /** The addresses and networks (CIDR) of the proxies whose `X-Forwarded-For` is believed; nobody's by default. */
  @Setting('TRUST_PROXY', readProxies)
  readonly trustedProxies: string[] = [];

  /** `always` lists an auth header's value to its owner's JWT; `once` shows it when it is made and keeps only a hash. */
  @Setting('AUTHHEADER_REVEAL')
  @IsIn(['always', 'once'])
  readonly authHeaderReveal: 'always' | 'once' = 'always';

  /** Whether the sample resource of the reference is served; unset, it is, except in production. */
  @Setting('SAMPLE_KITTENS', readBoolean)
  @IsOptional()
  @IsBoolean()
  readonly sampleKittens?: boolean;

  /** The origins whose pages may call the API from a browser, e.g. `https://app.example.com`; none by default. */
  @Setting('CORS_ORIGINS', readOrigins)
  readonly corsOrigins: string[] = [];

  /** The first administrator's username, used only while there is no user; its rules are those of every user. */
  @Setting('BOOTSTRAP_USERNAME')
  readonly bootstrapUsername: string = 'admin';

  /** The first administrator's e-mail address, used only while there is no user; its rules are those of every user. */
  @Setting('BOOTSTRAP_EMAIL')
  readonly bootstrapEmail: string = 'admin@example.com';

  /**
   * The first administrator's password, used only while there is no user; its rules are those of every user. Unset, a random
   * one is made and printed once.
   */
  @Setting('BOOTSTRAP_PASSWORD', undefined, { keepsBlanks: true })
  readonly bootstrapPassword?: string;

  /** `production` asks for a SECRET_KEY and leaves the sample resource out; `development` and `test` are the same. */
  @Setting('NODE_ENV')
  @IsIn(['development', 'production', 'test'])
  readonly nodeEnv: string = 'development';

  /** The path of the SQLite file. */
  get sqliteFile(): string {
    return this.databaseUrl.slice('sqlite:'.length);
  }

  /** The files that hold what nobody else on the machine may read, those included that are not there now. */
  get privateFiles(): string[] {
    const secrets = this.secretKey === undefined ? [SECRET_KEY_FILE, PREVIOUS_SECRET_KEY_FILE] : [];
    return [...databaseFiles(this.sqliteFile), ...secrets];
  }

  get isProduction(): boolean {
    return this.nodeEnv === 'production';
  }

  get servesKittens(): boolean {
    return this.sampleKittens ?? !this.isProduction;
  }
}
