import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor, ActorStanding } from '../auth/actor.js';
import { dialectOf } from '../database/dialect-of.js';
import { ApiError } from '../errors/api-error.js';

/** Written out: TypeORM takes longer to build them than the database to run them, and every change asks. */
const STATEMENTS: Readonly<Record<ActorStanding['kind'], string>> = {
  session: `SELECT owner.roles AS roles FROM session JOIN "user" AS owner ON owner.id = session.user_id
    WHERE session.id = $1 AND session.ended IS NULL AND owner.disabled IS NULL`,
  'auth-header': `SELECT owner.roles AS roles FROM auth_header JOIN "user" AS owner ON owner.id = auth_header.user_id
    WHERE auth_header.id = $1 AND owner.disabled IS NULL`,
};

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
   * @throws ApiError `invalid_token`; `unavailable` if the user's roles are other ones by now, so that the request is repeated
   * with its present rights
   */
  async refuseRevoked({ standing }: Actor, manager: EntityManager): Promise<void> {
    if (standing === undefined) return;
    const [owner] = await manager.query<{ roles: string }[]>(this.statements[standing.kind], [standing.id]);
    if (owner === undefined) throw new ApiError('invalid_token');
    if (owner.roles !== JSON.stringify(standing.roles)) throw new ApiError('unavailable');
  }
}
