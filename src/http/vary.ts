import type { FastifyReply } from 'fastify';

/** Adds a request header to those on which the response depends (RFC 9110, section 12.5.5). */
export function addVary(reply: FastifyReply, name: string): void {
  const others = reply.getHeader('vary');
  void reply.header('vary', others === undefined ? name : `${String(others)}, ${name}`);
}
