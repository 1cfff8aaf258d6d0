import { GuardError } from './guard-error.js';
import { isAcr } from './login-proof.js';
import type { Principal } from './principal.js';
import type { TraceHeaders } from './trace-headers.js';

/** How long the server may take. */
export const ASK_LIMIT_MS = 2000;
/** The news of ten thousand revocations is a tenth of it. */
const MAX_ANSWER_LENGTH = 4 * 2 ** 20;
const UNREADABLE = 'The login server sent what is no answer of its';
const CLOSED = 'The guard is closed';
/** Up to a day. The other form of RFC 9110, section 10.2.3, is a date by a clock that may differ. */
const RETRY_SECONDS = /^\d{1,5}$/;

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
    const { origin, pathname } = new URL(url);
    this.url = origin + pathname.replace(/(?<!\/)\/+$/, '');
  }

  /**
   * What the server says of a credential (RFC 7662); undefined if it is not valid.
   * @param trace where the request belongs for which it is asked
   * @throws GuardError `rate_limited` or `unavailable`
   */
  async introspect(token: string, address: string | undefined, trace: TraceHeaders = {}): Promise<Verdict | undefined> {
    const body = await this.ask('/oauth/introspect', {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { ...(address === undefined ? {} : { 'X-Forwarded-For': address }), ...trace },
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
  async keySet(): Promise<readonly unknown[]> {
    const { keys } = await this.ask('/.well-known/jwks.json');
    if (!Array.isArray(keys)) throw unavailable(UNREADABLE);
    return keys as unknown[];
  }

  /** What was revoked after a cursor. @throws GuardError `unavailable` */
  async revocations(after: string | undefined, waitMs: number): Promise<News> {
    const query = new URLSearchParams({ waitMs: String(waitMs), ...(after === undefined ? {} : { after }) });
    // An answer that takes longer tells nothing that could still be used.
    const news = await this.ask(`/auth/revocations?${query.toString()}`, {}, waitMs + ASK_LIMIT_MS / 2);
    const { after: next, knownUntilMs, everything, signingKeys } = news;
    const lists = [news.users, news.sessions, news.authHeaders];
    // A list that is not there does not say that nothing was revoked.
    if (typeof next !== 'string' || typeof knownUntilMs !== 'number' || !lists.every(isTexts)) {
      throw unavailable(UNREADABLE);
    }
    const ids = lists.flat();
    return { after: next, knownUntilMs, everything: everything !== false, signingKeys: signingKeys !== false, ids };
  }

  /** Ends every question. */
  close(): void {
    this.isClosed = true;
    for (const question of this.asking) question.abort(CLOSED);
  }

  private async ask(
    path: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
    limitMs = ASK_LIMIT_MS,
  ): Promise<Json> {
    if (this.isClosed) throw unavailable(CLOSED);
    const question = new AbortController();
    // Not `AbortSignal.any` with `AbortSignal.timeout`: on Node 20, such a timeout can be lost to the garbage collector.
    const timer = setTimeout(() => {
      question.abort();
    }, limitMs);
    this.asking.add(question);
    const headers = { Authorization: `Bearer ${this.authHeader}`, Accept: 'application/json', ...init.headers };
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + path, { ...init, headers, signal: question.signal, redirect: 'error' });
      text = await textOf(response);
    } catch (error) {
      const { reason } = question.signal as { reason?: unknown };
      throw unavailable(reason === CLOSED ? CLOSED : 'The login server cannot be reached', error);
    } finally {
      clearTimeout(timer);
      this.asking.delete(question);
    }
    if (response.status === 200) return readJson(text);
    // Whatever the body: a proxy that refuses sends a page of its own.
    const retryAfter = response.headers.get('Retry-After') ?? '';
    const retryAfterSeconds = RETRY_SECONDS.test(retryAfter) ? Number(retryAfter) : undefined;
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

/** The body of a response. @throws Error if it is too long, before it fills the memory */
async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_LENGTH) throw new Error('The answer is too long');
  }
  return text + decoder.decode();
}

/** @throws GuardError `unavailable` */
function readJson(text: string): Json {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Json;
  } catch {
    // The page of a proxy, or half of an answer.
  }
  throw unavailable(UNREADABLE);
}

function unavailable(message: string, cause?: unknown): GuardError {
  return new GuardError('unavailable', message, undefined, { cause });
}

/** @throws GuardError `unavailable` if the answer is none of this server: it must not be taken for a good credential. */
function principalIn(body: Json): Principal {
  const { active, sub, username, scope, exp, credential_kind: kind, credential_id: id } = body;
  const endMs = typeof exp === 'number' ? exp * 1000 : null;
  const login = loginIn(body);
  const isComplete =
    active === true &&
    typeof sub === 'string' &&
    typeof username === 'string' &&
    typeof id === 'string' &&
    // News of the end of a session names it by this id alone.
    (kind !== 'jwt' || typeof body.sid === 'string');
  if (!isComplete || (kind !== 'jwt' && kind !== 'auth-header')) throw unavailable(UNREADABLE);
  return Object.freeze({
    userId: sub,
    username,
    // Requests share it: what one of them changed would be a right of the next.
    roles: Object.freeze(isTexts(body.roles) ? [...body.roles] : []),
    scopes: Object.freeze(typeof scope === 'string' && scope !== '' ? scope.split(' ') : []),
    kind,
    credentialId: id,
    // Nothing freezes a date.
    get expires() {
      return endMs === null ? null : new Date(endMs);
    },
    get authTime() {
      return login.authTimeSeconds === null ? null : new Date(login.authTimeSeconds * 1000);
    },
    acr: login.acr,
    amr: login.amr,
  });
}

/** Nothing of an auth header, and of a server of an older version: then no requirement of a login is met. */
function loginIn({ credential_kind: kind, auth_time: authTime, acr, amr }: Json) {
  const isLogin = kind === 'jwt' && Number.isSafeInteger(authTime);
  return {
    authTimeSeconds: isLogin ? Number(authTime) : null,
    acr: isLogin && isAcr(acr) ? acr : null,
    amr: Object.freeze(isLogin && isTexts(amr) ? [...amr] : []),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
