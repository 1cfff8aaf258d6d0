import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor, ActorStanding, AuthHeaderStanding } from '../auth/actor.js';
import { dialectOf } from '../database/dialect-of.js';
import { ApiError } from '../errors/api-error.js';

/** Written out: TypeORM takes longer to build them than the database to run them, and every change asks. */
const STATEMENTS: Readonly<Record<ActorStanding['kind'], string>> = {
  session: `SELECT owner.roles AS roles FROM session JOIN "user" AS owner ON owner.id = session.user_id
    WHERE session.id = $1 AND session.ended IS NULL AND owner.disabled IS NULL`,
  'auth-header': `SELECT owner.roles AS roles, auth_header.scopes AS scopes, auth_header.allowed_ips AS networks,
    auth_header.expires AS expires FROM auth_header JOIN "user" AS owner ON owner.id = auth_header.user_id
    WHERE auth_header.id = $1 AND owner.disabled IS NULL`,
};

/** What a statement says of a credential: lists are JSON, and the last three are those of an auth header. */
interface StandingRow {
  readonly roles: string;
  readonly scopes: string;
  readonly networks: string;
  readonly expires: string | null;
}

/** Whether the credential of an actor is still good, as a transaction sees it. */
@Injectable()
export class ActorStandingRepository {
  private readonly statements: Readonly<Record<ActorStanding['kind'], string>>;

  constructor(@InjectDataSource() dataSource: DataSource) {
    const dialect = dialectOf(dataSource);
    // Also against what names no lock: the deletion of one auth header, and changes that are made by hand.
    this.statements = {
      session: STATEMENTS.session + dialect.keeping('session', 'owner'),
      'auth-header': STATEMENTS['auth-header'] + dialect.keeping('auth_header', 'owner'),
    };
  }

  /**
   * Refuses an actor whose credential was revoked since it was checked. A change may wait for the database for seconds, and one
   * that is committed after a revocation could outlive it: an auth header made by a stolen JWT, or another administrator.
   * @throws ApiError `invalid_token`; `unavailable` if the user's roles, or the scopes, networks or end of the auth header, are
   * other ones by now, so that the request is repeated with its present rights
   */
  async refuseRevoked({ standing }: Actor, manager: EntityManager): Promise<void> {
    if (standing === undefined) return;
    const [owner] = await manager.query<StandingRow[]>(this.statements[standing.kind], [standing.id]);
    if (owner === undefined) throw new ApiError('invalid_token');
    if (owner.roles !== JSON.stringify(standing.roles)) throw new ApiError('unavailable');
    if (standing.kind === 'auth-header' && isRestricted(standing, owner)) throw new ApiError('unavailable');
  }
}

/**
 * Whether an auth header has lost a scope by now, has other networks, or ends earlier. Its previous token ends before it, and the JWT
 * of a machine login has some of its scopes.
 */
function isRestricted({ scopes, allowedIps, expires }: AuthHeaderStanding, row: StandingRow): boolean {
  const held = JSON.parse(row.scopes) as string[];
  const isSame = row.networks === JSON.stringify(allowedIps) && scopes.every((scope) => held.includes(scope));
  const isEarlier = row.expires !== null && (expires === null || expires > new Date(row.expires));
  return !isSame || isEarlier;
}
