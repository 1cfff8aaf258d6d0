import sqlite3 from 'sqlite3';

/** How long a statement waits for another process that writes to the same file. */
export const BUSY_TIMEOUT_MS = 5000;

type ConnectionClass<Connection> = new (
  file: string,
  mode: number,
  callback: (error: Error | null) => void,
) => Connection;

/** Opens a connection to a SQLite file that never writes, and so never waits for a writer. */
export function openReadOnly<Connection extends sqlite3.Database>(
  Class: ConnectionClass<Connection>,
  file: string,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = new Class(file, sqlite3.OPEN_READONLY, (error) => {
      if (error !== null) {
        reject(error);
        return;
      }
      connection.configure('busyTimeout', BUSY_TIMEOUT_MS);
      resolve(connection);
    });
  });
}
