import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, LessThan } from 'typeorm';
import { JwtIssuer } from '../database/entities/jwt-issuer.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';
import { Transactions } from '../database/transactions.js';

/** Another server with a longer `JWT_TTL` may have prolonged it, and nothing shortens it. */
const RECORD = `INSERT INTO jwt_issuer (issuer, accepted_until) VALUES ($1, $2)
  ON CONFLICT (issuer) DO UPDATE SET accepted_until = excluded.accepted_until
  WHERE jwt_issuer.accepted_until < excluded.accepted_until`;

/** The rows of issuers. */
@Injectable()
export class IssuerRepository {
  private readonly all: PreparedQuery<JwtIssuer, never>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    statements: StatementRunner,
  ) {
    this.all = new PreparedQuery(dataSource.getRepository(JwtIssuer).createQueryBuilder('issuer'), [], statements);
  }

  list(): Promise<JwtIssuer[]> {
    return this.all.all({});
  }

  /** Has an issuer accepted until a moment, or longer if it is already. */
  async record(issuer: string, acceptedUntil: Date): Promise<void> {
    await this.transactions.run((manager) => manager.query(RECORD, [issuer, acceptedUntil.toISOString()]));
  }

  /** Deletes the issuers that were accepted until before a moment. */
  async deleteBefore(moment: Date): Promise<void> {
    await this.dataSource.manager.delete(JwtIssuer, { acceptedUntil: LessThan(moment) });
  }
}
