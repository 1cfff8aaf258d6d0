import pg, { type Connection, type FieldDef, type Submittable } from 'pg';
import { withoutNul } from './without-nul.js';

/** A statement with its values. Under its name, a connection prepares it once. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
}

/** What a statement answered. */
export interface StatementResult {
  readonly rows: Record<string, unknown>[];
  /** How many rows it read or changed. Null for a statement that does neither. */
  readonly rowCount: number | null;
  /** The first word of what the server has done, which answers the COMMIT of a failed transaction with ROLLBACK. */
  readonly command: string;
}

/** The columns of an answer, each with the function that reads it. */
type Columns = readonly (readonly [name: string, read: (text: string) => unknown])[];

/** Not the enumeration of the types that PostgreSQL has by itself: it has others too. */
const readerOf = pg.types.getTypeParser as (dataTypeID: number) => (text: string) => unknown;

/**
 * What each connection has prepared, and the columns of its answers as soon as they are known. PostgreSQL refuses a prepared
 * statement whose columns were changed, so they hold for as long as it runs.
 */
const preparedOn = new WeakMap<Connection, Map<string, Columns | undefined>>();

/**
 * Statements in one message to the server, and their answers in one message: the messages of a single statement cost both
 * processes more than its work. If one fails, the server runs none behind it, and no COMMIT either.
 */
export class StatementBatch implements Submittable {
  /** Fulfilled if no statement fails. */
  readonly done: Promise<void>;
  /** The results of the statements before the first that failed. */
  readonly results: StatementResult[] = [];
  private readonly values: readonly (string | null)[][];
  private connection: Connection | undefined;
  private prepared = new Map<string, Columns | undefined>();
  /** The names of what the server has yet to parse. */
  private readonly parsing: (string | undefined)[] = [];
  private columns: Columns | undefined;
  private rows: Record<string, unknown>[] = [];
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  /** @throws TypeError for a value that is no text, number or truth value; nothing is sent then */
  constructor(private readonly statements: readonly Statement[]) {
    this.values = statements.map(({ values = [] }) => values.map(textOf));
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Sends the statements. The driver calls this method and those behind it. */
  submit(connection: Connection): void {
    this.connection = connection;
    this.prepared = preparedOn.get(connection) ?? new Map<string, Columns | undefined>();
    preparedOn.set(connection, this.prepared);
    connection.stream.cork();
    this.statements.forEach((statement, index) => {
      this.send(connection, statement, this.values[index] ?? []);
    });
    connection.sync();
    connection.stream.uncork();
    if (this.parsing.length > 0) connection.on('parseComplete', this.noteParsed);
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => [name, readerOf(dataTypeID)]);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.columns ??= this.prepared.get(this.name ?? '') ?? [];
    const row: Record<string, unknown> = {};
    this.columns.forEach(([name, read], index) => {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : read(text);
    });
    this.rows.push(row);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const { name } = this;
    if (name !== undefined && this.prepared.get(name) === undefined) this.prepared.set(name, this.columns ?? []);
    const [command = ''] = text.split(' ', 1);
    const count = Number(text.slice(text.lastIndexOf(' ') + 1));
    this.results.push({ rows: this.rows, rowCount: Number.isNaN(count) ? null : count, command });
    this.rows = [];
    this.columns = undefined;
  }

  handleError(error: Error): void {
    this.end();
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.end();
    this.resolve();
  }

  /** Of the statement that is being answered. */
  private get name(): string | undefined {
    return this.statements[this.results.length]?.name;
  }

  private send(connection: Connection, { text, name }: Statement, values: (string | null)[]): void {
    const isKnown = name !== undefined && (this.prepared.has(name) || this.parsing.includes(name));
    if (!isKnown) {
      connection.parse({ text, name: name ?? '', types: [] }, true);
      this.parsing.push(name);
    }
    connection.bind({ statement: name, values }, true);
    // What a statement that is prepared answers is described once.
    if (name === undefined || this.prepared.get(name) === undefined) connection.describe({ type: 'P' }, true);
    connection.execute(null, true);
  }

  /** A name that the server knows cannot be given again, also if its statement fails. */
  private readonly noteParsed = (): void => {
    const name = this.parsing.shift();
    if (name !== undefined) this.prepared.set(name, undefined);
  };

  private end(): void {
    this.connection?.off('parseComplete', this.noteParsed);
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return withoutNul(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw new TypeError('a value of a statement is no text, number or truth value');
}
