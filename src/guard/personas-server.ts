import { GuardError } from './guard-error.js';
import type { Principal } from './principal.js';

/** How long the server may take. */
export const ASK_LIMIT_MS = 2000;
const UNREADABLE = 'The login server sent what is no answer of its';

/** What the server says of a credential. */
export interface Verdict {
  readonly principal: Principal;
  /** The ids by which it can be revoked: of its user, its session and its auth header. */
  readonly ids: readonly string[];
  /** Whether it is good from some addresses only. */
  readonly isAddressBound: boolean;
  /** Whether the server counts each check. */
  readonly isRateLimited: boolean;
}

/** What was revoked, as `GET /auth/revocations` tells it. */
export interface News {
  readonly after: string;
  readonly knownUntilMs: number;
  /** Whether the answer to every check may have changed. */
  readonly everything: boolean;
  readonly signingKeys: boolean;
  readonly ids: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** The login server, as this process sees it. Every method rejects with a GuardError only. */
export class PersonasServer {
  private readonly asking = new Set<AbortController>();
  private isClosed = false;
  private readonly url: string;

  constructor(
    url: string,
    private readonly authHeader: string,
  ) {
    this.url = new URL(url).href.replace(/\/$/, '');
  }

  /**
   * What the server says of a credential (RFC 7662); undefined if it is not valid.
   * @throws GuardError `rate_limited` or `unavailable`
   */
  async introspect(token: string, address: string | undefined): Promise<Verdict | undefined> {
    const body = await this.ask('/oauth/introspect', {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: address === undefined ? {} : { 'X-Forwarded-For': address },
    });
    if (body.active === false) return undefined;
    const principal = principalIn(body);
    const ids = [body.sub, body.sid, body.client_id, body.credential_id];
    return {
      principal,
      ids: ids.filter((id) => typeof id === 'string'),
      isAddressBound: body.address_bound === true,
      isRateLimited: body.rate_limit !== undefined,
    };
  }

  /** The public keys that sign JWTs (RFC 7517). @throws GuardError `unavailable` */
  async keySet(): Promise<readonly Json[]> {
    const { keys } = await this.ask('/.well-known/jwks.json');
    if (!Array.isArray(keys)) throw unavailable(UNREADABLE);
    return keys as Json[];
  }

  /** What was revoked after a cursor. @throws GuardError `unavailable` */
  async revocations(after: string | undefined, waitMs: number): Promise<News> {
    const query = new URLSearchParams({ waitMs: String(waitMs), ...(after === undefined ? {} : { after }) });
    // An answer that takes longer tells nothing that could still be used.
    const news = await this.ask(`/auth/revocations?${query.toString()}`, {}, waitMs + ASK_LIMIT_MS / 2);
    const { knownUntilMs, everything, signingKeys } = news;
    if (typeof news.after !== 'string' || typeof knownUntilMs !== 'number') throw unavailable(UNREADABLE);
    const ids = [news.users, news.sessions, news.authHeaders].flatMap(textsIn);
    return {
      after: news.after,
      knownUntilMs,
      everything: everything !== false,
      signingKeys: signingKeys !== false,
      ids,
    };
  }

  /** Ends every question. */
  close(): void {
    this.isClosed = true;
    for (const question of this.asking) question.abort();
  }

  private async ask(
    path: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
    limitMs = ASK_LIMIT_MS,
  ): Promise<Json> {
    if (this.isClosed) throw unavailable('The guard is closed');
    const question = new AbortController();
    // Not `AbortSignal.any` with `AbortSignal.timeout`: on Node 20, such a timeout can be lost to the garbage collector.
    const timer = setTimeout(() => {
      question.abort();
    }, limitMs);
    this.asking.add(question);
    const headers = { Authorization: `Bearer ${this.authHeader}`, Accept: 'application/json', ...init.headers };
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(this.url + path, { ...init, headers, signal: question.signal, redirect: 'error' });
      body = await response.json();
    } catch (error) {
      throw unavailable('The login server cannot be reached', error);
    } finally {
      clearTimeout(timer);
      this.asking.delete(question);
    }
    if (response.status === 200 && typeof body === 'object' && body !== null) return body as Json;
    const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
    const retryAfterSeconds = Number.isInteger(retryAfter) ? retryAfter : undefined;
    // On the other routes, what is counted is the guard's own auth header.
    if (response.status === 429 && path === '/oauth/introspect') {
      throw new GuardError('rate_limited', 'The auth header has reached its rate limit', retryAfterSeconds);
    }
    // Of the guard's own credential: that of the request would be inactive, and no error.
    const isRefused = response.status === 401 || response.status === 403;
    const reason = isRefused ? "refuses the guard's own auth header" : 'cannot answer';
    throw new GuardError('unavailable', `The login server ${reason} (${response.status})`, retryAfterSeconds);
  }
}

function unavailable(message: string, cause?: unknown): GuardError {
  return new GuardError('unavailable', message, undefined, { cause });
}

/** @throws GuardError `unavailable` if the answer is none of this server: it must not be taken for a good credential. */
function principalIn(body: Json): Principal {
  const { active, sub, username, scope, exp, credential_kind: kind, credential_id: id } = body;
  const isComplete =
    active === true && typeof sub === 'string' && typeof username === 'string' && typeof id === 'string';
  if (!isComplete || (kind !== 'jwt' && kind !== 'auth-header')) throw unavailable(UNREADABLE);
  return Object.freeze({
    userId: sub,
    username,
    roles: textsIn(body.roles),
    scopes: typeof scope === 'string' && scope !== '' ? scope.split(' ') : [],
    kind,
    credentialId: id,
    expires: typeof exp === 'number' ? new Date(exp * 1000) : null,
  });
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
