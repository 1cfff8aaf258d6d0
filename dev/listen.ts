import { once } from 'node:events';
import type { Server } from 'node:net';

/** The only address that anything of a development listens on: its passwords are public. */
export const LOOPBACK = '127.0.0.1';

/** What a person can mend, told in one line. */
export class DevelopmentError extends Error {}

/**
 * Listens on a port of this machine; 0 takes a free one.
 * @param option how a person chooses another port.
 * @returns the port. @throws DevelopmentError if it cannot be listened on
 */
export async function listen(server: Server, port: number, option: string): Promise<number> {
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : code;
    throw new DevelopmentError(`Port ${port} of ${LOOPBACK}: ${reason}; ${option} takes another one, and 0 a free one`);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
