import type { Server } from 'node:http';
import { createHttpAdapter } from './http-adapter.js';

/** Whether the server closes a connection whose timer has run out. */
function closes(server: Server, timeout: number, writableLength = 0): boolean {
  const destroy = jest.fn();
  server.emit('timeout', { timeout, writableLength, destroy } as never);
  return destroy.mock.calls.length > 0;
}

describe('An idle connection', () => {
  it.each([1, 14, 15, 130, 3600])(
    'is closed after %i seconds, and never one whose request runs',
    (keepAliveSeconds) => {
      const adapter = createHttpAdapter({ trustedProxies: [], keepAliveSeconds, requiresHttps: false });
      const server = adapter.getHttpServer<Server & { readonly keepAliveTimeoutBuffer?: number }>();
      // Newer versions of Node wait a second longer than they tell the client.
      const buffers = [0, server.keepAliveTimeoutBuffer ?? 0];
      for (const bufferMs of buffers) expect(closes(server, server.keepAliveTimeout + bufferMs)).toBe(true);
      expect(server.keepAliveTimeout).toBe(keepAliveSeconds * 1000);
      expect(closes(server, server.timeout)).toBe(false);
      expect(closes(server, server.timeout, 1)).toBe(true);
    },
  );
});
