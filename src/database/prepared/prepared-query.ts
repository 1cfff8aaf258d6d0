import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import type { Alias } from 'typeorm/query-builder/Alias.js';
import { PreparedSql } from './prepared-sql.js';
import type { StatementRunner } from '../statement-runner.js';

/** How an entity is read from a row. */
interface Reading {
  readonly alias: Alias;
  /** The columns, by the names they have in a row. */
  readonly columns: readonly (readonly [name: string, column: ColumnMetadata])[];
}

/** A frequent query over committed rows. TypeORM writes its SQL once, and the database prepares it once. */
export class PreparedQuery<Entity extends ObjectLiteral, Name extends string> {
  private readonly sql: PreparedSql<Name>;
  private readonly main: Reading;
  private readonly joins: readonly (readonly [relation: RelationMetadata | undefined, joined: Reading])[];

  /**
   * @param query selects rows, with the row each relation joins to them, by parameters.
   * @param names of the parameters; where one is `limit`, it bounds how many rows there are.
   * @param isPlannedEach whether the best plan depends on the values.
   */
  constructor(
    private readonly query: SelectQueryBuilder<Entity>,
    names: readonly Name[],
    private readonly statements: StatementRunner,
    private readonly isPlannedEach = false,
  ) {
    const { mainAlias, joinAttributes } = query.expressionMap;
    if (mainAlias === undefined) throw new TypeError('a query needs an entity');
    // SQLite prepares a statement again at each use if its limit is a bare parameter.
    const limit = names.some((name) => name === 'limit') ? ' LIMIT :limit + 0' : '';
    this.sql = new PreparedSql(query.connection, query.getQuery() + limit, names);
    this.main = readingOf(mainAlias);
    this.joins = joinAttributes.map(({ relation, alias }) => [relation, readingOf(alias)]);
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
    const [sql, values] = [this.sql.text, this.sql.values(of)];
    const rows = await (this.isPlannedEach
      ? this.statements.queryPage(sql, values)
      : this.statements.query(sql, values));
    return rows.map((row) => {
      const entity = this.read(this.main, row);
      for (const [relation, joined] of this.joins) relation?.setEntityValue(entity, this.read(joined, row));
      return entity as Entity;
    });
  }

  private read({ alias, columns }: Reading, row: ObjectLiteral): ObjectLiteral {
    const { driver } = this.query.connection;
    const entity = alias.metadata.create() as ObjectLiteral;
    for (const [name, column] of columns) {
      const value: unknown = row[name];
      if (value !== undefined) column.setEntityValue(entity, driver.prepareHydratedValue(value, column));
    }
    return entity;
  }
}

function readingOf(alias: Alias): Reading {
  return { alias, columns: alias.metadata.columns.map((column) => [`${alias.name}_${column.databaseName}`, column]) };
}
