import { DatabaseUnreachable } from '../database-errors.js';

/**
 * Waits for an answer of the database, and no longer than a deadline. The connection is then to be closed: a half-open one never
 * answers, and what answers late would answer the next statement.
 * @throws DatabaseUnreachable
 */
export async function withDeadline<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseUnreachable());
    }, milliseconds);
  });
  // It fails when its connection is closed.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
