import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { User } from '../database/entities/user.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The users' rows, as owners of auth headers. */
@Injectable()
export class AuthHeaderOwnerRepository {
  private readonly byId: PreparedQuery<User, 'id'>;
  private readonly byUsername: PreparedQuery<User, 'usernameKey'>;

  constructor(@InjectDataSource() dataSource: DataSource, statements: StatementRunner) {
    const select = () => dataSource.getRepository(User).createQueryBuilder('owner');
    this.byId = new PreparedQuery(select().where('owner.id = :id'), ['id'], statements);
    const byUsername = select().where('owner.usernameKey = :usernameKey');
    this.byUsername = new PreparedQuery(byUsername, ['usernameKey'], statements);
  }

  find(id: string): Promise<User | null> {
    return this.byId.first({ id });
  }

  /** @param usernameKey the key of the username. */
  findByUsername(usernameKey: string): Promise<User | null> {
    return this.byUsername.first({ usernameKey });
  }
}
