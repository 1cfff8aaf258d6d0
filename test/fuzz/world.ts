import type { Authenticator } from '../support/authenticator.js';

/** A user of one sequence. */
export interface User {
  /** In every name of the user's, and in nobody else's: where it is shown, the user is shown. */
  readonly marker: string;
  readonly id: string;
  username: string;
  email: string;
  /** What logs the user in; undefined once the model cannot know. */
  password: string | undefined;
  isAdmin: boolean;
  readonly isService: boolean;
  /** Whether the password is good for one change only. */
  mustChange: boolean;
  isEnabled: boolean;
  isDeleted: boolean;
  /** The app of the user's second factor, if there is one. */
  app: Authenticator | undefined;
}

export type CredentialKind = 'jwt' | 'auth-header' | 'machine';

/** A credential that some answer of the sequence showed. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly value: string;
  readonly owner: User;
  /** The session's id, or the auth header's. */
  readonly id: string;
  scopes: readonly string[];
  allowedIps: readonly string[];
  hasRateLimit: boolean;
  /** From when on it may have expired, in milliseconds. */
  expiresMs: number | undefined;
  /** `unknown` where the document does not say. */
  state: 'alive' | 'dead' | 'unknown';
  /** What ended it, for the message of a failure. */
  endedBy: string;
}

/** The token of something half-way: of a login, or with a secret of the enrolment of an app. */
export interface Challenge {
  readonly token: string;
  readonly owner: User;
}

export interface Enrolment extends Challenge {
  readonly secret: string;
}

export interface Factor {
  readonly id: string;
  readonly owner: User;
}

/** Every person's id and secret in use, over all sequences that run at once: what is of one is nothing to another. */
export class Register {
  private count = 0;
  readonly owners = new Map<string, User>();
  /** Finds every marker of the run, and no text that looks like one by chance. */
  readonly markers: RegExp;

  /** @param run tells this run's markers from those of any other on the same database */
  constructor(private readonly run: string) {
    this.markers = new RegExp(`mk${run}[0-9a-z]{6}x`, 'g');
  }

  newMarker(): string {
    return `mk${this.run}${(this.count++).toString(36).padStart(6, '0')}x`;
  }
}

/** What a sequence of requests has made, and what is known about it. */
export class World {
  readonly users: User[] = [];
  readonly credentials: Credential[] = [];
  readonly enrolments: Enrolment[] = [];
  readonly factors: Factor[] = [];
  readonly challenges: Challenge[] = [];
  /** The markers of others that a user has named something of their own by. */
  readonly borrowed = new Set<string>();
  /** Whether something was asked for that may have been done or not. */
  isInDoubt = false;

  /** @param address where the sequence's requests come from; nobody else's do */
  constructor(
    readonly register: Register,
    readonly address: string,
    readonly root: string,
  ) {}

  addUser(user: User): User {
    this.users.push(user);
    this.register.owners.set(user.id, user);
    return user;
  }

  addCredential(credential: Omit<Credential, 'state' | 'endedBy'>): Credential {
    const known = this.credentials.find(({ value }) => value === credential.value);
    if (known !== undefined) return known;
    const added: Credential = { ...credential, state: 'alive', endedBy: '' };
    this.credentials.push(added);
    for (const name of [added.id, added.value]) this.register.owners.set(name, added.owner);
    return added;
  }

  /** Ends credentials for good. */
  end(endedBy: string, isMeant: (credential: Credential) => boolean): void {
    for (const credential of this.credentials) {
      if (credential.state === 'dead' || !isMeant(credential)) continue;
      credential.state = 'dead';
      credential.endedBy = endedBy;
    }
  }

  /** Gives up what is known of credentials. */
  forget(isMeant: (credential: Credential) => boolean): void {
    for (const credential of this.credentials) {
      if (credential.state === 'alive' && isMeant(credential)) credential.state = 'unknown';
    }
  }

  /** Gives up what is known of all credentials and passwords: a request may have been carried out, or not. */
  doubt(): void {
    this.isInDoubt = true;
    this.forget(() => true);
    for (const user of this.users) user.password = undefined;
  }

  userOf(id: string): User | undefined {
    return this.users.find((user) => user.id === id);
  }

  /** The user that a request names by id or by username, in any letter case. */
  userNamed(key: unknown): User | undefined {
    if (typeof key !== 'string') return undefined;
    const folded = key.toLowerCase();
    return this.users.find(
      ({ id, username, email, isDeleted }) =>
        !isDeleted && [id, username.toLowerCase(), email.toLowerCase()].includes(folded),
    );
  }

  /** The auth header's credential that a text names: its token, its masked form or its id. */
  authHeaderNamed(text: unknown): Credential | undefined {
    if (typeof text !== 'string') return undefined;
    const named = this.credentials.filter(
      ({ kind, value, id }) => kind === 'auth-header' && (value === text || maskOf(value) === text || id === text),
    );
    // Of the tokens of one auth header, the newest one is the last.
    return named.findLast(({ value }) => value === text || maskOf(value) === text) ?? named.at(-1);
  }

  /** Forgets the sequence, so that a long run needs no more memory than a short one. */
  leave(): void {
    const { owners } = this.register;
    for (const { id } of this.users) owners.delete(id);
    for (const { id, value } of this.credentials) {
      owners.delete(id);
      owners.delete(value);
    }
    for (const { id } of this.factors) owners.delete(id);
  }
}

/** How an answer shows a token that it must not reveal. */
export function maskOf(token: string): string {
  return `${token.slice(0, 7)}…${token.slice(-4)}`;
}

/** Whether a credential can be used now; undefined near its expiry, and where the document does not say. */
export function isUsable({ state, expiresMs }: Credential, nowMs = Date.now()): boolean | undefined {
  if (state === 'dead') return false;
  if (expiresMs !== undefined && nowMs > expiresMs - 2000) return nowMs > expiresMs + 2000 ? false : undefined;
  return state === 'alive' ? true : undefined;
}
