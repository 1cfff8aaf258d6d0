import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, IsNull } from 'typeorm';
import { Kitten } from '../database/entities/kitten.entity.js';
import { PreparedQuery } from '../database/prepared/prepared-query.js';
import { StatementRunner } from '../database/statement-runner.js';

/** The rows of kittens. A deleted kitten's row stays, so that its id is not given again. */
@Injectable()
export class KittenRepository {
  private readonly byId: PreparedQuery<Kitten, 'id'>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    statements: StatementRunner,
  ) {
    const byId = dataSource.getRepository(Kitten).createQueryBuilder('kitten').where('kitten.id = :id');
    this.byId = new PreparedQuery(byId, ['id'], statements);
  }

  find(id: number): Promise<Kitten | null> {
    return this.byId.first({ id });
  }

  /** Inserts those whose id no kitten has, or had. */
  async insertMissing(kittens: readonly Omit<Kitten, 'deleted'>[]): Promise<void> {
    const rows = this.dataSource.getRepository(Kitten);
    await rows
      .createQueryBuilder()
      .insert()
      .values([...kittens])
      .orIgnore()
      .execute();
  }

  /** Marks one as deleted. @returns whether there was one to delete. */
  async delete(id: number): Promise<boolean> {
    const { affected } = await this.dataSource.manager.update(
      Kitten,
      { id, deleted: IsNull() },
      { deleted: new Date() },
    );
    return Boolean(affected);
  }
}
