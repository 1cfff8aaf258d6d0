import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Alias } from 'typeorm/query-builder/Alias.js';
import type { JoinAttribute } from 'typeorm/query-builder/JoinAttribute.js';
import { KeptSql } from './kept-sql.js';
import type { ReadConnection } from './read-connection.js';

/** A query that is asked often, of what is committed. TypeORM writes it once, and it is kept prepared. */
export class KeptQuery<Entity extends ObjectLiteral, Name extends string> {
  private readonly sql: KeptSql<Name>;
  private readonly main: Alias;
  private readonly joins: readonly JoinAttribute[];

  /**
   * @param query selects rows, with the row each relation joins to them, by parameters.
   * @param names of the parameters; where one is `limit`, it bounds how many rows there are.
   */
  constructor(
    private readonly query: SelectQueryBuilder<Entity>,
    names: readonly Name[],
    private readonly connection: ReadConnection,
  ) {
    const { mainAlias, joinAttributes } = query.expressionMap;
    if (mainAlias === undefined) throw new TypeError('a query needs an entity');
    const limit = names.some((name) => name === 'limit') ? ' LIMIT :limit' : '';
    this.sql = new KeptSql(query.connection, query.getQuery() + limit, names);
    this.main = mainAlias;
    this.joins = joinAttributes;
  }

  /** @param of the parameters, as the database has them: a moment is a text. */
  async first(of: Readonly<Record<Name, unknown>>): Promise<Entity | null> {
    const [first = null] = await this.all(of);
    return first;
  }

  /**
   * @param of the parameters, as the database has them: a moment is a text.
   * @returns the rows, with the columns that are selected.
   */
  async all(of: Readonly<Record<Name, unknown>>): Promise<Entity[]> {
    const rows = await this.connection.query(this.sql.text, this.sql.values(of));
    return rows.map((row) => {
      const entity = this.read(this.main, row);
      for (const { alias, relation } of this.joins) relation?.setEntityValue(entity, this.read(alias, row));
      return entity as Entity;
    });
  }

  private read({ metadata, name }: Alias, row: ObjectLiteral): ObjectLiteral {
    const { driver } = this.query.connection;
    const entity = metadata.create() as ObjectLiteral;
    for (const column of metadata.columns) {
      const value: unknown = row[`${name}_${column.databaseName}`];
      if (value !== undefined) column.setEntityValue(entity, driver.prepareHydratedValue(value, column));
    }
    return entity;
  }
}
