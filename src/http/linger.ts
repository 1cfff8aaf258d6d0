import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** How long a connection that the server closes stays open for the rest of a request's body. */
const LINGER_MS = 2000;

/**
 * Lets the client finish its body if the server closes the connection after the response. A connection that is closed with unread
 * bytes is reset, and the reset destroys a response that the client has not read yet (RFC 9112, section 9.6).
 */
export function lingerForBody(request: IncomingMessage): void {
  const { socket } = request;
  const close = (): void => {
    Socket.prototype.destroySoon.call(socket);
  };
  socket.destroySoon = () => {
    if (request.complete) {
      close();
      return;
    }
    socket.end();
    request.once('end', close);
    setTimeout(close, LINGER_MS).unref();
  };
}
