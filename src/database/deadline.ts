import { DatabaseUnreachable } from './database-errors.js';

/**
 * Waits for an answer of the database, and no longer than a deadline. The connection is then to be closed: a half-open one never
 * answers, and what answers late would answer the next statement.
 * @throws DatabaseUnreachable
 */
export function withDeadline<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DatabaseUnreachable());
    }, milliseconds);
    const settle = (): void => {
      clearTimeout(timer);
      // An answer that is late also arrives here, as the error of its connection that was closed.
      resolve(answer);
    };
    answer.then(settle, settle);
  });
}
