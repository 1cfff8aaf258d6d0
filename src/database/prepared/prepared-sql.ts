import type { DataSource } from 'typeorm';

/**
 * A change that answers rows (`RETURNING`), so that TypeORM hands them back: its SQLite driver has none for a statement that
 * begins with INSERT, UPDATE or DELETE.
 */
export function answeringRows(change: string): string {
  return `WITH change AS (SELECT 1) ${change}`;
}

/** A statement written once, for the database at hand: TypeORM takes longer to write most statements than they run. */
export class KeptSql<Name extends string> {
  readonly text: string;
  private readonly places: readonly Name[];

  /** @param text with its parameters by name, as in `:userId`. */
  constructor(dataSource: DataSource, text: string, names: readonly Name[]) {
    // Where a value would stand, its name tells the place.
    const named = Object.fromEntries(names.map((name) => [name, name]));
    const [written, places] = dataSource.driver.escapeQueryWithParameters(text, named, {});
    this.text = written;
    this.places = places as Name[];
  }

  /** The values in the order of their places. */
  values(of: Readonly<Record<Name, unknown>>): unknown[] {
    return this.places.map((name) => of[name]);
  }
}
