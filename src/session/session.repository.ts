import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { MailLink } from '../database/entities/mail-link.entity.js';
import { Session } from '../database/entities/session.entity.js';
import type { Page, PageRequest } from '../database/paging.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedList } from '../database/prepared/prepared-list.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { ListRunner, StatementRunner } from '../database/statement-runner.js';

/** The rows of sessions. */
@Injectable()
export class SessionRepository {
  private readonly byId: PreparedQuery<Session, 'id' | 'userId'>;
  private readonly byCookie: PreparedQuery<Session, 'cookieHash'>;
  private readonly fromNetwork: PreparedQuery<Session, 'userId' | 'network'>;
  private readonly current: PreparedList<Session, 'userId' | 'now' | 'since'>;
  private readonly insertion: PreparedInsert<Session>;
  private readonly expiredDeletion: BatchedDelete<Session>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner, lists: ListRunner) {
    const rows = dataSource.getRepository(Session);
    const select = () => rows.createQueryBuilder('session');
    const byId = select()
      .innerJoinAndSelect('session.user', 'user')
      .where('session.id = :id AND session.userId = :userId');
    this.byId = new PreparedQuery(byId, ['id', 'userId'], statements);
    const byCookie = select().innerJoinAndSelect('session.user', 'user').where('session.cookieHash = :cookieHash');
    this.byCookie = new PreparedQuery(byCookie, ['cookieHash'], statements);
    const fromNetwork = select()
      .select('session.id')
      .where('session.userId = :userId AND session.network = :network')
      .limit(1);
    this.fromNetwork = new PreparedQuery(fromNetwork, ['userId', 'network'], statements);
    const conditions = {
      userId: 'session.userId = :userId',
      now: 'session.expires > :now',
      since: 'session.created > :since',
    };
    this.current = new PreparedList(select().where('session.ended IS NULL'), conditions, lists);
    this.insertion = new PreparedInsert(rows);
    this.expiredDeletion = new BatchedDelete(dataSource, Session, 'id', 'expires');
  }

  /** A user's session, with the user. */
  find(id: string, userId: string): Promise<Session | null> {
    return this.byId.first({ id, userId });
  }

  /** The session of a cookie, with the user. */
  findByCookie(cookieHash: string): Promise<Session | null> {
    return this.byCookie.first({ cookieHash });
  }

  /** Gives a session its cookie. @returns whether it has none yet and has not ended. */
  async addCookie(id: string, cookieHash: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Session, { id, ended: IsNull(), cookieHash: IsNull() }, { cookieHash });
    return Boolean(affected);
  }

  /** Whether a user has, or had, a session from a network. */
  async existsFrom(userId: string, network: string): Promise<boolean> {
    return (await this.fromNetwork.first({ userId, network })) !== null;
  }

  /** A user's sessions that have not ended and began after a moment, newest first. */
  listCurrent(userId: string, since: Date, request: PageRequest): Promise<Page<Session>> {
    return this.current.page({ userId, now: new Date().toISOString(), since: since.toISOString() }, request);
  }

  async insert(session: Omit<Session, 'user'>, manager: EntityManager): Promise<void> {
    await this.insertion.execute(manager, session);
  }

  /** Ends one of a user's sessions. @returns whether there was one to end. */
  async end(id: string, userId: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Session, { id, userId, ended: IsNull() }, { ended: new Date() });
    return Boolean(affected);
  }

  /** Ends every session of a user. */
  async endAll(userId: string, manager: EntityManager): Promise<void> {
    await manager.update(Session, { userId, ended: IsNull() }, { ended: new Date() });
    await this.voidRequests(userId, manager);
  }

  /** Ends every session of a user but one. */
  async endOthers(userId: string, keptId: string, manager: EntityManager): Promise<void> {
    await manager.update(Session, { userId, id: Not(keptId), ended: IsNull() }, { ended: new Date() });
    await this.voidRequests(userId, manager);
  }

  /** Voids the e-mail address that a session of a user asked for: who is thrown out must not get the account by the mail that comes. */
  async voidRequests(userId: string, manager: EntityManager): Promise<void> {
    await manager.delete(MailLink, { userId, purpose: 'confirm' });
  }

  /** Deletes the sessions that expired before a moment. @returns how many there were. */
  deleteExpired(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.expiredDeletion.before(before, stopping);
  }
}
