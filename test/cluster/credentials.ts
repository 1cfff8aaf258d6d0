import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { ADMIN } from '../support/launch.js';
import { post } from './http.js';

interface AuthHeader {
  readonly id: string;
  readonly token: string;
}

/** A credential, and what revokes it, which resolves with the answer. */
export interface Revocable {
  readonly kind: string;
  readonly token: string;
  revoke(): Promise<unknown>;
}

const NEW_PASSWORD = 'gr8 tdlx, and more';
/** How long a transaction stays open after it has inserted its revocation, while later ones commit. */
const HOLDS_MS = [2500, 300, 700];
const INSERTION = `INSERT INTO revocation (at, kind, user_id, subject_id) VALUES ($1, 'auth-header', $2, $3)`;

/** Logs in by username, with the password that all users of these tests have. */
export async function logIn(url: string, username = ADMIN.username): Promise<string> {
  return (await post<{ Token: string }>(`${url}/user/login`, { username, password: ADMIN.password })).Token;
}

/** Makes users with the administrator's password, since a hash takes a processor's time. @returns their ids. */
export async function addUsers(database: pg.Pool, usernames: readonly string[]): Promise<string[]> {
  const ids = usernames.map(() => uuidv7());
  await database.query(
    `INSERT INTO "user" (id, username, username_key, email, email_key, password_hash, password_changed, roles, created)
     SELECT news.id, name, name, name || '@example.com', name || '@example.com', password_hash, password_changed, '[]',
       created
     FROM unnest($1::text[], $2::text[]) AS news (id, name) JOIN "user" AS pattern ON pattern.username = $3`,
    [ids, usernames, ADMIN.username],
  );
  return ids;
}

/** Makes credentials of every kind, to be revoked on an instance. */
export class CredentialMaker {
  private count = 0;
  private heldBackCount = 0;
  private readonly kinds: readonly (() => Promise<Revocable>)[] = [
    () => this.loggedOut(),
    () => this.deleted(),
    () => this.rotated(),
    () => this.heldBack(),
    () => this.sessionEnded(),
    () => this.disabled(),
    () => this.passwordChanged(),
  ];

  private constructor(
    private readonly url: string,
    private readonly database: pg.Pool,
    private readonly jwt: string,
    private readonly adminId: string,
  ) {}

  static async on(url: string, database: pg.Pool): Promise<CredentialMaker> {
    const found = 'SELECT id FROM "user" WHERE username = $1';
    const { rows } = await database.query<{ id: string }>(found, [ADMIN.username]);
    return new CredentialMaker(url, database, await logIn(url), rows[0]?.id ?? '');
  }

  /** The next one, of the next kind. */
  next(): Promise<Revocable> {
    const make = this.kinds[this.count++ % this.kinds.length];
    if (make === undefined) throw new Error('There is no kind');
    return make();
  }

  addAuthHeader(): Promise<AuthHeader> {
    return post<AuthHeader>(`${this.url}/authheader/add`, { name: 'cluster' }, this.jwt);
  }

  async deleted(): Promise<Revocable> {
    const { id, token } = await this.addAuthHeader();
    const revoke = (): Promise<unknown> => post(`${this.url}/authheader/delete`, { text: id }, this.jwt);
    return { kind: 'auth header deleted', token, revoke };
  }

  /** By a statement and not by a call, so that the test decides when it is committed. */
  async heldBack(): Promise<Revocable> {
    const holdMs = HOLDS_MS[this.heldBackCount++ % HOLDS_MS.length];
    const { id, token } = await this.addAuthHeader();
    const revoke = async (): Promise<void> => {
      const client = await this.database.connect();
      try {
        await client.query('BEGIN');
        await client.query(INSERTION, [new Date().toISOString(), this.adminId, id]);
        await sleep(holdMs);
        // Last, so that nothing waits for its lock meanwhile.
        await client.query('DELETE FROM auth_header WHERE id = $1', [id]);
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    };
    return { kind: 'committed out of order', token, revoke };
  }

  async rotated(): Promise<Revocable> {
    const { token } = await this.addAuthHeader();
    const revoke = (): Promise<unknown> => post(`${this.url}/authheader/rotate`, { text: token }, this.jwt);
    return { kind: 'rotated without an overlap', token, revoke };
  }

  async loggedOut(): Promise<Revocable> {
    const { jwt } = await this.addUser();
    return { kind: 'logout', token: jwt, revoke: () => post(`${this.url}/user/logout`, {}, jwt) };
  }

  private async sessionEnded(): Promise<Revocable> {
    const { jwt, username } = await this.addUser();
    const other = await logIn(this.url, username);
    const [, claims = ''] = jwt.split('.');
    const { sid } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: string };
    const revoke = (): Promise<unknown> => post(`${this.url}/user/sessions/end`, { id: sid }, other);
    return { kind: 'session ended', token: jwt, revoke };
  }

  private async disabled(): Promise<Revocable> {
    const { jwt, id } = await this.addUser();
    return { kind: 'user disabled', token: jwt, revoke: () => post(`${this.url}/user/disable`, { id }, this.jwt) };
  }

  private async passwordChanged(): Promise<Revocable> {
    const { jwt, username } = await this.addUser();
    const change = { username, password: ADMIN.password, newPassword: NEW_PASSWORD };
    return { kind: 'password changed', token: jwt, revoke: () => post(`${this.url}/user/password`, change) };
  }

  private async addUser(): Promise<{ id: string; username: string; jwt: string }> {
    const username = `cluster-${uuidv7()}`;
    const [id = ''] = await addUsers(this.database, [username]);
    return { id, username, jwt: await logIn(this.url, username) };
  }
}
