import type { CheckOptions, Guard } from './guard.js';
import { guardErrorOf } from './guard-error.js';
import { type Principal, setPrincipal } from './principal.js';

/** A request of HTTP/1.1 or HTTP/2. */
export interface NodeRequest {
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A response of HTTP/1.1 or HTTP/2. */
export interface NodeResponse {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/**
 * Checks a request of `node:http` or `node:http2`, and notes its principal for `principalOf`.
 * @param options `address` is that of the connection by default: pass another one behind a proxy.
 * @throws GuardError
 */
export async function checkRequest(guard: Guard, request: NodeRequest, options: CheckOptions = {}): Promise<Principal> {
  const principal = await guard.check(request.rawHeaders, { address: request.socket.remoteAddress, ...options });
  setPrincipal(request, principal);
  return principal;
}

/** Answers a refusal, unless the request has an answer already, such as that of a time limit. @throws what is none */
export function sendRefusal(response: NodeResponse, error: unknown): void {
  const refusal = guardErrorOf(error);
  if (refusal === undefined) throw error;
  if (response.headersSent) return;
  response.writeHead(refusal.status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...refusal.headers,
  });
  response.end(JSON.stringify(refusal));
}
