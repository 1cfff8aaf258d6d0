import type { ComponentChildren, VNode } from 'preact';
import type { Visit } from '../visit.js';

interface TableProps {
  /** What the rows are; for screen readers. */
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Shown in place of a table without rows. */
  readonly whenEmpty: string;
}

/** A row: one cell for each column, the first of which names the row. */
export interface TableRow {
  readonly key: string;
  readonly cells: readonly ComponentChildren[];
}

/** A table that becomes a list of cards on a narrow page: each cell repeats its column's name there. */
export function Table({ label, columns, rows, whenEmpty }: TableProps): VNode {
  if (rows.length === 0) return <p class="empty">{whenEmpty}</p>;
  return (
    <table aria-label={label} class="cards">
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells: [first, ...others] }) => (
          <tr key={key}>
            <th scope="row">{first}</th>
            {others.map((cell, index) => (
              <td key={columns[index + 1]} data-label={columns[index + 1]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a thing is, as pairs of a name and a value. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }): VNode {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface NextPageProps {
  readonly visit: Visit;
  /** Undefined on the last page. */
  readonly cursor: string | undefined;
  /** The parameter of the query, on a page with several lists. */
  readonly parameter?: string;
}

/** The link to the next page of a list. */
export function NextPage({ visit, cursor, parameter = 'cursor' }: NextPageProps): VNode | null {
  if (cursor === undefined) return null;
  const query = new URLSearchParams(visit.parts.query);
  query.set(parameter, cursor);
  return (
    <p>
      <a href={visit.url(`${visit.parts.path}?${query.toString()}`)} rel="next">
        {visit.text('next_page')}
      </a>
    </p>
  );
}

/** A moment, with its machine-readable form. */
export function Moment({ visit, at }: { visit: Visit; at: Date | null }): VNode {
  if (at === null) return <>{visit.text('never')}</>;
  return <time dateTime={at.toISOString()}>{visit.moment(at)}</time>;
}
