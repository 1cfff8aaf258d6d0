import type {
  DeleteQueryBuilder,
  EntityManager,
  EntityMetadata,
  ObjectLiteral,
  QueryResult,
  Repository,
  UpdateQueryBuilder,
} from 'typeorm';
import { withReturning, PreparedSql } from './prepared-sql.js';

/** A frequent update. TypeORM writes its SQL once, and the database prepares it once. */
export class PreparedUpdate<Name extends string> {
  private readonly sql: PreparedSql<Name>;

  /**
   * @param query changes rows by parameters.
   * @param names of the parameters.
   */
  constructor(query: UpdateQueryBuilder<ObjectLiteral>, names: readonly Name[]) {
    this.sql = new PreparedSql(query.connection, query.getQuery(), names);
  }

  /**
   * @param of the parameters, as the database has them: a moment is a text.
   * @returns how many rows there were to change.
   */
  execute(manager: EntityManager, of: Readonly<Record<Name, unknown>>): Promise<number> {
    return affectedBy(manager, this.sql.text, this.sql.values(of));
  }
}

/** A change that is made often, and answers rows. */
export class PreparedReturning<Row, Name extends string> {
  private readonly sql: PreparedSql<Name>;

  /**
   * @param query changes or deletes rows by parameters.
   * @param returned the columns of a changed row that are returned.
   * @param names of the parameters.
   */
  constructor(
    query: DeleteQueryBuilder<ObjectLiteral> | UpdateQueryBuilder<ObjectLiteral>,
    returned: readonly (keyof Row & string)[],
    names: readonly Name[],
  ) {
    const text = `${query.getQuery()} RETURNING ${returned.join(', ')}`;
    this.sql = new PreparedSql(query.connection, withReturning(text), names);
  }

  /** @param of the parameters, as the database has them: a moment is a text. */
  async execute(manager: EntityManager, of: Readonly<Record<Name, unknown>>): Promise<Row[]> {
    const { records } = await execute(manager, this.sql.text, this.sql.values(of));
    return records as Row[];
  }
}

/** A deletion that is made often, and tells what there was. */
export class PreparedDelete<Row, Name extends string> extends PreparedReturning<Row, Name> {}

/** An insertion that is made often. */
export class PreparedInsert<Entity extends ObjectLiteral> {
  private readonly metadata: EntityMetadata;
  private readonly sql: PreparedSql<string>;

  constructor(repository: Repository<Entity>) {
    this.metadata = repository.metadata;
    const { connection: dataSource } = repository.manager;
    const { columns, tablePath } = this.metadata;
    const escape = (name: string) => dataSource.driver.escape(name);
    const into = `${escape(tablePath)} (${columns.map(({ databaseName }) => escape(databaseName)).join(', ')})`;
    const names = columns.map(({ propertyName }) => propertyName);
    const values = names.map((name) => `:${name}`).join(', ');
    this.sql = new PreparedSql(dataSource, `INSERT INTO ${into} VALUES (${values})`, names);
  }

  async execute(manager: EntityManager, entity: Partial<Entity>): Promise<void> {
    const { driver } = manager.connection;
    const values: Record<string, unknown> = {};
    for (const column of this.metadata.columns) {
      values[column.propertyName] = driver.preparePersistentValue(column.getEntityValue(entity), column);
    }
    await execute(manager, this.sql.text, this.sql.values(values));
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
