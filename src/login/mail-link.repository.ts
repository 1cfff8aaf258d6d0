import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { MailLink } from '../database/entities/mail-link.entity.js';
import { BatchedDelete } from '../database/prepared/batched-delete.js';
import { PreparedInsert } from '../database/prepared/prepared-change.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** What the links of mails do. */
export type LinkPurpose = 'reset' | 'confirm' | 'undo';

/** The rows of the links in mails. */
@Injectable()
export class MailLinkRepository {
  private readonly byToken: PreparedQuery<MailLink, 'tokenHash' | 'purpose'>;
  private readonly insertion: PreparedInsert<MailLink>;
  private readonly expiredDeletion: BatchedDelete<MailLink>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner) {
    const rows = dataSource.getRepository(MailLink);
    const byToken = rows
      .createQueryBuilder('link')
      .innerJoinAndSelect('link.user', 'user')
      .where('link.tokenHash = :tokenHash AND link.purpose = :purpose');
    this.byToken = new PreparedQuery(byToken, ['tokenHash', 'purpose'], statements);
    this.insertion = new PreparedInsert(rows);
    this.expiredDeletion = new BatchedDelete(dataSource, MailLink, 'id', 'expires');
  }

  /** The link of a token, with its user; null for one of nobody. It may have expired. */
  find(tokenHash: string, purpose: LinkPurpose): Promise<MailLink | null> {
    return this.byToken.first({ tokenHash, purpose });
  }

  async insert(link: Omit<MailLink, 'user'>, manager: EntityManager): Promise<void> {
    await this.insertion.execute(manager, link);
  }

  /** Takes a link, which is good once. @returns false if another request took it, or something voided it. */
  async consume(id: string, manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.delete(MailLink, { id });
    return Boolean(affected);
  }

  /** Deletes the links of a user that serve one of some purposes. */
  async void(userId: string, purposes: readonly LinkPurpose[], manager: EntityManager): Promise<void> {
    await manager.delete(MailLink, { userId, purpose: In([...purposes]) });
  }

  /** Deletes the links of a user for a purpose that end after a moment. */
  async voidEndingAfter(userId: string, purpose: LinkPurpose, end: Date, manager: EntityManager): Promise<void> {
    await manager.delete(MailLink, { userId, purpose, expires: MoreThan(end) });
  }

  /** When the last of a user's links for a purpose ends, in milliseconds since 1970; 0 if there is none. */
  async lastEnd(userId: string, purpose: LinkPurpose, manager: EntityManager): Promise<number> {
    const last = await manager.findOne(MailLink, { where: { userId, purpose }, order: { expires: 'DESC' } });
    return last?.expires.getTime() ?? 0;
  }

  /** Deletes the links that expired before a moment. @returns how many there were. */
  deleteExpired(before: Date, stopping?: AbortSignal): Promise<number> {
    return this.expiredDeletion.before(before, stopping);
  }
}
