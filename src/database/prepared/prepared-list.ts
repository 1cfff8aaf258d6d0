import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type Page, type PageRequest, pageOf } from '../paging.js';
import type { StatementRunner } from '../statement-runner.js';
import { PreparedQuery } from './prepared-query.js';

/**
 * A list, newest first, of the rows that meet the conditions which are given. Each combination of conditions is a statement
 * of its own: one statement for all of them (`:action IS NULL OR action = :action`) would use no index.
 */
export class PreparedList<Entity extends ObjectLiteral & { id: string }, Name extends string> {
  private readonly queries = new Map<string, PreparedQuery<Entity, string>>();

  /**
   * @param query selects the rows, with the row each relation joins to them.
   * @param conditions what each parameter asks of a row, in the words of the query; an empty text for a parameter of another's
   * condition.
   * @param owner the parameter, of a property of the same name, without which there is no list, if an index of that column and the id
   * gives its pages. They are then read as a range of that index, which is the best plan for any values.
   */
  constructor(
    private readonly query: SelectQueryBuilder<Entity>,
    private readonly conditions: Readonly<Record<Name, string>>,
    private readonly statements: StatementRunner,
    private readonly owner?: Name,
  ) {}

  /** @param of the parameters, as the database holds them: a moment is a text. A condition without its parameter is left out. */
  page(of: Readonly<Partial<Record<Name, string>>>, request: PageRequest): Promise<Page<Entity>> {
    const given = (Object.keys(this.conditions) as Name[]).filter((name) => of[name] !== undefined);
    const query = this.queryFor(given);
    return pageOf(request, (cursor, limit) => query.all({ ...of, cursor, limit }));
  }

  private queryFor(given: readonly Name[]): PreparedQuery<Entity, string> {
    const key = given.join(' ');
    let prepared = this.queries.get(key);
    if (prepared === undefined) {
      const query = this.owner === undefined ? this.ofAll() : this.ofOwner(this.owner);
      for (const name of given) if (this.conditions[name] !== '') query.andWhere(this.conditions[name]);
      prepared = new PreparedQuery(query, [...given, 'cursor', 'limit'], this.statements, this.owner === undefined);
      this.queries.set(key, prepared);
    }
    return prepared;
  }

  private ofAll(): SelectQueryBuilder<Entity> {
    const { alias } = this.query;
    return this.query.clone().andWhere(`${alias}.id < :cursor`).orderBy(`${alias}.id`, 'DESC');
  }

  /** No equality: a plan for any values could read the whole table in the order of its ids, and look for the owner's. */
  private ofOwner(owner: Name): SelectQueryBuilder<Entity> {
    const { alias } = this.query;
    const column = `${alias}.${owner}`;
    return this.query
      .clone()
      .andWhere(`${column} >= :${owner} AND (${column}, ${alias}.id) < (:${owner}, :cursor)`)
      .orderBy({ [column]: 'DESC', [`${alias}.id`]: 'DESC' });
  }
}
