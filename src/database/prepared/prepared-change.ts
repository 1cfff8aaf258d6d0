import type {
  DeleteQueryBuilder,
  EntityManager,
  EntityMetadata,
  ObjectLiteral,
  QueryResult,
  Repository,
  SelectQueryBuilder,
  UpdateQueryBuilder,
} from 'typeorm';
import { answeringRows, KeptSql } from './prepared-sql.js';

/** An update that is made often. TypeORM writes it once, and it is kept prepared. */
export class KeptChange<Name extends string> {
  private readonly sql: KeptSql<Name>;

  /**
   * @param query changes rows by parameters.
   * @param names of the parameters.
   */
  constructor(query: UpdateQueryBuilder<ObjectLiteral>, names: readonly Name[]) {
    this.sql = new KeptSql(query.connection, query.getQuery(), names);
  }

  /**
   * @param of the parameters, as the database has them: a moment is a text.
   * @returns how many rows there were to change.
   */
  make(manager: EntityManager, of: Readonly<Record<Name, unknown>>): Promise<number> {
    return affectedBy(manager, this.sql.text, this.sql.values(of));
  }
}

/** A deletion that is made often, and tells what there was. */
export class KeptDeletion<Row, Name extends string> {
  private readonly sql: KeptSql<Name>;

  /**
   * @param query deletes rows by parameters.
   * @param told the columns that are told of a row that was deleted.
   * @param names of the parameters.
   */
  constructor(query: DeleteQueryBuilder<ObjectLiteral>, told: readonly (keyof Row & string)[], names: readonly Name[]) {
    const text = `${query.getQuery()} RETURNING ${told.join(', ')}`;
    this.sql = new KeptSql(query.connection, answeringRows(text), names);
  }

  /** @param of the parameters, as the database has them: a moment is a text. */
  async make(manager: EntityManager, of: Readonly<Record<Name, unknown>>): Promise<Row[]> {
    const { records } = await execute(manager, this.sql.text, this.sql.values(of));
    return records as Row[];
  }
}

/** An insertion that is made often. */
export class KeptInsertion<Entity extends ObjectLiteral> {
  private readonly metadata: EntityMetadata;
  private readonly sql: KeptSql<string>;

  /** @param onlyIf the row is inserted if this selects anything; its parameters are properties of the entity. */
  constructor(repository: Repository<Entity>, onlyIf?: SelectQueryBuilder<ObjectLiteral>) {
    this.metadata = repository.metadata;
    const { connection: dataSource } = repository.manager;
    const { columns, tablePath } = this.metadata;
    const escape = (name: string) => dataSource.driver.escape(name);
    const into = `${escape(tablePath)} (${columns.map(({ databaseName }) => escape(databaseName)).join(', ')})`;
    const names = columns.map(({ propertyName }) => propertyName);
    const values = names.map((name) => `:${name}`).join(', ');
    const condition = onlyIf === undefined ? '' : ` WHERE EXISTS (${onlyIf.getQuery()})`;
    this.sql = new KeptSql(dataSource, `INSERT INTO ${into} SELECT ${values}${condition}`, names);
  }

  /** @returns whether it was inserted. */
  async make(manager: EntityManager, entity: Partial<Entity>): Promise<boolean> {
    const { driver } = manager.connection;
    const values: Record<string, unknown> = {};
    for (const column of this.metadata.columns) {
      values[column.propertyName] = driver.preparePersistentValue(column.getEntityValue(entity), column);
    }
    return (await affectedBy(manager, this.sql.text, this.sql.values(values))) > 0;
  }
}

/** How many rows a statement changed. */
async function affectedBy(manager: EntityManager, sql: string, values: unknown[]): Promise<number> {
  const { affected } = await execute(manager, sql, values);
  return affected ?? 0;
}

async function execute(manager: EntityManager, sql: string, values: unknown[]): Promise<QueryResult> {
  const runner = manager.queryRunner ?? manager.connection.createQueryRunner();
  try {
    return await runner.query(sql, values, true);
  } finally {
    if (manager.queryRunner === undefined) await runner.release();
  }
}
