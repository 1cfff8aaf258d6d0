import type { Statement } from 'sqlite3';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Alias } from 'typeorm/query-builder/Alias.js';
import type { JoinAttribute } from 'typeorm/query-builder/JoinAttribute.js';
import type { ReadConnection } from './read-connection.js';

/**
 * A look-up that every credential not remembered waits for. TypeORM writes the statement once, and it is kept prepared;
 * building it anew would take longer than running it.
 */
export class KeptLookup<Entity extends ObjectLiteral> {
  private readonly main: Alias;
  private readonly joins: readonly JoinAttribute[];
  private statement: Statement | undefined;

  /** @param query selects a row, with the rows joined to it, by the values of {@link find}. */
  constructor(
    private readonly query: SelectQueryBuilder<Entity>,
    private readonly connection: ReadConnection,
  ) {
    const { mainAlias, joinAttributes } = query.expressionMap;
    if (mainAlias === undefined) throw new TypeError('a look-up needs an entity');
    this.main = mainAlias;
    this.joins = joinAttributes;
  }

  /** @param values of the query's parameters, in the order of their places. */
  async find(...values: string[]): Promise<Entity | null> {
    const statement = (this.statement ??= this.connection.prepare(this.query.getQuery()));
    const row = await new Promise<ObjectLiteral | undefined>((resolve, reject) => {
      // Not `get`, which would leave the statement, and with it a view of the past, open.
      statement.all<ObjectLiteral>(values, (error, rows) => {
        if (error === null) {
          resolve(rows[0]);
          return;
        }
        if (this.statement === statement) this.statement = undefined;
        this.connection.discard(statement);
        reject(error);
      });
    });
    if (row === undefined) return null;
    const entity = this.read(this.main, row);
    for (const { alias, relation } of this.joins) relation?.setEntityValue(entity, this.read(alias, row));
    return entity as Entity;
  }

  private read({ metadata, name }: Alias, row: ObjectLiteral): ObjectLiteral {
    const { driver } = this.query.connection;
    const entity = metadata.create() as ObjectLiteral;
    for (const column of metadata.columns) {
      const value: unknown = driver.prepareHydratedValue(row[`${name}_${column.databaseName}`], column);
      column.setEntityValue(entity, value);
    }
    return entity;
  }
}
