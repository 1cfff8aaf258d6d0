import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Statement } from 'sqlite3';
import type { ReadConnection } from './read-connection.js';

/** An entity's columns, and what they are called in the rows of a query. */
interface SelectedEntity {
  readonly metadata: EntityMetadata;
  readonly alias: string;
  /** The relation that holds it; absent for the entity the query is for. */
  readonly relation?: string;
}

/**
 * A look-up that every credential not remembered waits for. TypeORM writes the statement once, and it is kept prepared;
 * building it anew would take longer than running it.
 */
export class KeptLookup<Entity extends ObjectLiteral> {
  private readonly selected: readonly SelectedEntity[];
  private statement: Statement | undefined;

  /** @param query selects a row, with the rows joined to it, by the values of {@link find}. */
  constructor(
    private readonly query: SelectQueryBuilder<Entity>,
    private readonly connection: ReadConnection,
  ) {
    const { mainAlias, joinAttributes } = query.expressionMap;
    if (mainAlias === undefined) throw new TypeError('a look-up needs an entity');
    this.selected = [
      { metadata: mainAlias.metadata, alias: mainAlias.name },
      ...joinAttributes.flatMap(({ metadata, alias, relation }) =>
        metadata === undefined || relation === undefined
          ? []
          : [{ metadata, alias: alias.name, relation: relation.propertyName }],
      ),
    ];
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
    return row === undefined ? null : this.entityOf(row);
  }

  private entityOf(row: ObjectLiteral): Entity {
    const { driver } = this.query.connection;
    const [root, ...joined] = this.selected.map(({ metadata, alias, relation }) => {
      const entity = metadata.create() as ObjectLiteral;
      for (const column of metadata.columns) {
        const value: unknown = driver.prepareHydratedValue(row[`${alias}_${column.databaseName}`], column);
        column.setEntityValue(entity, value);
      }
      return { entity, relation };
    });
    if (root === undefined) throw new TypeError('a look-up needs an entity');
    for (const { entity, relation = '' } of joined) (root.entity as Record<string, unknown>)[relation] = entity;
    return root.entity as Entity;
  }
}
