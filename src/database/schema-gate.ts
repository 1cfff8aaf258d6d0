import type { DataSource } from 'typeorm';
import { VERSION } from '../config/version.js';

/** The names of migrations end with the number that orders them. */
const NUMBER_LENGTH = 13;
const SCHEMA_NUMBER = /^\d{13}$/;

/** A database that a newer version has migrated, to this one. */
export interface NewerSchema {
  /** Whether the newer version still allows this one, which it does until it takes away what this one uses. */
  readonly mayRun: boolean;
  /** What has happened, with both versions. */
  readonly line: string;
}

interface Gate {
  readonly version: string;
  readonly oldest_version: string;
  readonly oldest_schema: string;
}

/** The pending migrations of this version, and whether the database has migrations that this version does not know. */
export function compareMigrations(
  { migrations }: Pick<DataSource, 'migrations'>,
  executed: readonly string[],
): { pending: string[]; isNewer: boolean } {
  const known = migrations.map(({ constructor }) => constructor.name);
  const pending = known.filter((name) => !executed.includes(name));
  return { pending, isNewer: executed.some((name) => !known.includes(name)) };
}

/**
 * What a migrated database says of this version, if a newer one has migrated it. A release that only adds to the schema lets the
 * releases before it run, so that instances can be replaced one by one.
 * @param statements of the connection that has read the executed migrations.
 */
export async function newerSchemaOf(
  { migrations }: Pick<DataSource, 'migrations'>,
  statements: Pick<DataSource, 'query'>,
  executed: readonly string[],
): Promise<NewerSchema | undefined> {
  const { isNewer, pending } = compareMigrations({ migrations }, executed);
  if (!isNewer) return undefined;
  const [gate, ...others] = await statements.query<Gate[]>(
    'SELECT version, oldest_version, oldest_schema FROM schema_gate',
  );
  // Migrations of two branches, or rows made by hand: nothing tells whether this version can run.
  if (gate === undefined || others.length > 0 || pending.length > 0 || !SCHEMA_NUMBER.test(gate.oldest_schema)) {
    return { mayRun: false, line: `another version of the server has migrated it; this is ${VERSION}` };
  }
  const migrated = `version ${gate.version} of the server has migrated it`;
  const schema = migrations.map(({ constructor }) => constructor.name.slice(-NUMBER_LENGTH)).reduce(later);
  return schema >= gate.oldest_schema
    ? { mayRun: true, line: `${migrated}; this is ${VERSION}, which may still run: replace it soon` }
    : { mayRun: false, line: `${migrated}, and needs ${gate.oldest_version} or newer; this is ${VERSION}` };
}

/** Notes that this version has migrated the database. */
export async function noteVersion(statements: Pick<DataSource, 'query'>): Promise<void> {
  await statements.query('UPDATE schema_gate SET version = $1', [VERSION]);
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
