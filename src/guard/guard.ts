import { GuardError } from './guard-error.js';
import { type ParsedJwt, parseJwt } from './jwt.js';
import { KeySet } from './key-set.js';
import { CLOCK_TOLERANCE_SECONDS, isAcr } from './login-proof.js';
import { PersonasServer, type Verdict } from './personas-server.js';
import { authorize, type Principal, type Requirement } from './principal.js';
import { isWellFormed } from './auth-header-format.js';
import { isJwtShaped, readCredential } from './read-credential.js';
import { RevocationFollower } from './revocation-follower.js';
import { traceHeadersOf } from './trace-headers.js';
import { VerdictCache } from './verdict-cache.js';

/** How many questions may be under way. More would only wait, and take memory meanwhile. */
const MAX_ASKED = 1000;
/** For how long after its begin a question answers further requests: what the server read for it may be that old. */
const SHARED_FOR_MS = 100;

export interface GuardOptions {
  /** Where the login server is; may contain a path prefix. */
  readonly url: string;
  /** An auth header of the service's own, without a rate limit. It is needed for each check that is not remembered. */
  readonly authHeader: string;
  /** The `aud` that JWTs must have; any if it is left out, since the server checks its own. */
  readonly audience?: string;
  /** The `iss` that JWTs must have; any if it is left out. */
  readonly issuer?: string;
  /** How far the clocks of the service and the server may differ, in seconds; 5 by default. */
  readonly clockToleranceSeconds?: number;
  /** How many checks are remembered; 10,000 by default. */
  readonly cacheSize?: number;
}

export interface CheckOptions extends Requirement {
  /**
   * The IP address of the client. The server compares it with the addresses that an auth header may be used from. One that is
   * bound to addresses is refused where this is not known.
   */
  readonly address?: string | undefined;
}

/** The headers of a request: names and values in turn, as Node's `rawHeaders`, by name, or as the `Headers` of `fetch`. */
export type RequestHeaders =
  | readonly string[]
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

interface Question {
  readonly begunMs: number;
  readonly verdict: Promise<Verdict | undefined>;
}

/** Checks the credentials of requests for a service. One for each process is enough. */
export class Guard {
  private readonly server: PersonasServer;
  private readonly keys: KeySet;
  private readonly cache: VerdictCache;
  private readonly follower: RevocationFollower;
  private readonly questions = new Map<string, Question>();
  private asking = 0;

  private readonly authHeader: string;

  constructor(private readonly options: GuardOptions) {
    this.authHeader = options.authHeader.trim();
    this.server = new PersonasServer(options.url, this.authHeader);
    this.keys = new KeySet(() => this.server.keySet());
    this.cache = new VerdictCache(options.cacheSize ?? 10_000);
    this.follower = new RevocationFollower(
      (after, waitMs) => this.server.revocations(after, waitMs),
      (news) => {
        this.cache.evict(news);
        if (news.everything || news.signingKeys) this.keys.expire();
        // What was asked before this news answers no request after it.
        if (news.everything || news.signingKeys || news.ids.length > 0) this.questions.clear();
      },
    );
  }

  /**
   * Resolves once the server can be asked, and accepts the auth header of the guard. Checks need not wait for it.
   * @throws GuardError `unavailable`
   */
  async ready(): Promise<void> {
    const { authHeader } = this;
    const [own] = await Promise.all([
      this.server.introspect(authHeader, undefined),
      this.keys.refresh(),
      this.follower.untilUpToDate(),
    ]);
    // Clients would be told of a limit that is not theirs.
    if (own?.isRateLimited === true)
      throw new GuardError('unavailable', "The guard's own auth header has a rate limit");
  }

  /**
   * The principal of a request.
   * @param presented the headers of the request, or the credential alone
   * @throws GuardError
   */
  async check(presented: RequestHeaders | string, options: CheckOptions = {}): Promise<Principal> {
    const { scopes = [], roles = [], acr, maxAgeSeconds, address: given, ...others } = options;
    // JavaScript may pass what TypeScript refuses: a requirement that is misspelt would be none.
    for (const name in others) throw new TypeError(`${name} is no option of a check`);
    refuseMalformed(acr, maxAgeSeconds);
    const token = tokenOf(presented);
    const address = given === '' ? undefined : given;
    const isUpToDate = this.follower.isUpToDate();
    const known = isUpToDate ? this.cache.get(token, address) : undefined;
    const { principal, isAddressBound } = known ?? (await this.askFor(token, address, presented));
    // The server has compared the address of this service.
    if (isAddressBound && address === undefined) throw invalidToken();
    return authorize(principal, { scopes, roles, acr, maxAgeSeconds }, this.options.clockToleranceSeconds);
  }

  /** Stops following the server. Later checks throw. */
  close(): void {
    this.follower.close();
    this.server.close();
  }

  private async askFor(
    token: string,
    address: string | undefined,
    presented: RequestHeaders | string,
  ): Promise<Verdict> {
    if (!(await this.isWorthAsking(token))) throw invalidToken();
    const key = `${address ?? ''} ${token}`;
    const begun = this.questions.get(key);
    if (begun !== undefined && performance.now() - begun.begunMs < SHARED_FOR_MS) {
      const shared = await begun.verdict;
      // Each request takes a permit of its own.
      if (shared?.isRateLimited !== true) return shared ?? refuse();
    }
    if (this.asking >= MAX_ASKED) throw new GuardError('unavailable', 'Too many checks are under way');
    const trace = traceHeadersOf(typeof presented === 'string' ? [] : rawHeadersOf(presented));
    const question = { begunMs: performance.now(), verdict: this.server.introspect(token, address, trace) };
    this.questions.set(key, question);
    this.asking++;
    try {
      const verdict = await question.verdict;
      if (verdict === undefined) return refuse();
      this.cache.store(token, address, verdict, question.begunMs);
      return verdict;
    } finally {
      this.asking--;
      if (this.questions.get(key) === question) this.questions.delete(key);
    }
  }

  /**
   * Whether the server may know a credential: what nobody has issued is refused here, and costs the server nothing.
   *
   * A good signature alone accepts no JWT. Its session may have ended before this process first saw the JWT, and no news will
   * tell of that again. So the server is asked about each credential once, and then its revocation is followed.
   */
  private async isWorthAsking(token: string): Promise<boolean> {
    if (!isJwtShaped(token)) return isWellFormed(token);
    const jwt = parseJwt(token);
    if (jwt === undefined || !this.isMeantForUs(jwt) || !(await this.keys.mayHaveSigned(jwt))) return false;
    if (!this.hasExpired(jwt)) return true;
    // Only the holder of a genuine JWT is told more than that it is not valid, and only its key tells that it is genuine.
    if (jwt.algorithm !== 'HS256') throw new GuardError('token_expired', 'The token has expired');
    return false;
  }

  private hasExpired({ claims: { exp } }: ParsedJwt): boolean {
    const { clockToleranceSeconds = CLOCK_TOLERANCE_SECONDS } = this.options;
    return typeof exp !== 'number' || exp + clockToleranceSeconds <= Date.now() / 1000;
  }

  private isMeantForUs({ claims: { iss, aud, exp, nbf } }: ParsedJwt): boolean {
    const { issuer, audience, clockToleranceSeconds = CLOCK_TOLERANCE_SECONDS } = this.options;
    const nowSeconds = Date.now() / 1000;
    if (issuer !== undefined && iss !== issuer) return false;
    if (audience !== undefined && aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) return false;
    if (typeof exp !== 'number') return false;
    return nbf === undefined || (typeof nbf === 'number' && nbf - clockToleranceSeconds <= nowSeconds);
  }
}

/** @throws TypeError that names the option that is missing or malformed */
export function createGuard(options: GuardOptions): Guard {
  const { clockToleranceSeconds = 0, cacheSize = 0 } = options;
  // JavaScript may leave out what TypeScript requires, such as a variable of the environment that is not set.
  const { url, authHeader } = options as { readonly url?: unknown; readonly authHeader?: unknown };
  if (!isBaseUrl(String(url))) {
    throw new TypeError(
      'url must be the http or https URL of the login server, without a user, a query and a fragment',
    );
  }
  if (!isWellFormed(String(authHeader).trim())) {
    throw new TypeError('authHeader must be an auth header of the login server');
  }
  for (const [name, value] of Object.entries({ clockToleranceSeconds, cacheSize })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${name} must be a whole number of at least 0`);
  }
  return new Guard(options);
}

/** Paths are appended to it, and `fetch` takes no user in a URL. */
function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}

/** JavaScript may pass what TypeScript refuses, such as a variable of the environment that is no number. @throws TypeError */
function refuseMalformed(acr: unknown, maxAgeSeconds: unknown): void {
  if (acr !== undefined && !isAcr(acr)) throw new TypeError('acr must be aal1 or aal2');
  if (maxAgeSeconds === undefined || (Number.isSafeInteger(maxAgeSeconds) && Number(maxAgeSeconds) > 0)) return;
  throw new TypeError('maxAgeSeconds must be a whole number of at least 1');
}

function tokenOf(presented: RequestHeaders | string): string {
  const credential = readCredential(rawHeadersOf(presented));
  if (typeof credential !== 'string') return credential.token;
  if (credential === 'credential_required') throw new GuardError(credential, 'The request has no credential');
  if (credential === 'two_credentials') throw new GuardError('invalid_token', 'The request has two credentials');
  throw invalidToken();
}

function rawHeadersOf(presented: RequestHeaders | string): readonly string[] {
  if (typeof presented === 'string') return ['authorization', presented];
  if (isList(presented)) return presented;
  if (Symbol.iterator in presented) return [...(presented as Iterable<readonly [string, string]>)].flat();
  return Object.entries(presented).flatMap(([name, value = []]) => [value].flat().flatMap((one) => [name, one]));
}

function isList(headers: RequestHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}

function invalidToken(): GuardError {
  return new GuardError('invalid_token', 'The credential is not valid');
}

function refuse(): never {
  throw invalidToken();
}
