import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const MAX_NAMES = 1000;
const NAME_LENGTH = 16;

const names = new LRUCache<string, string>({ max: MAX_NAMES });

/** The name of a prepared statement. It is short, and never of another text: the driver refuses a name that stands for two texts. */
export function statementName(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, NAME_LENGTH);
    names.set(sql, name);
  }
  return name;
}

/** What a connection keeps of the statements of transactions. Their texts are few, but for lists of values of any length. */
const MAX_BOUNDED_NAMES = 200;

const boundedTexts = new Set<string>();

/** The same for one of the first texts, and undefined for others: a connection keeps what is prepared on it. */
export function boundedStatementName(sql: string): string | undefined {
  if (!boundedTexts.has(sql)) {
    if (boundedTexts.size === MAX_BOUNDED_NAMES) return undefined;
    boundedTexts.add(sql);
  }
  return statementName(sql);
}
