import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readCredential } from './read-credential.js';

/** The handshake of Socket.IO, or the request that was upgraded, where a gateway has kept it. */
export interface WebSocketClient {
  readonly handshake?: { readonly headers: IncomingHttpHeaders; readonly auth?: unknown };
  readonly upgradeReq?: IncomingMessage;
}

/** Headers of a message, as each transport keeps them. */
interface Methods {
  get(name: string): unknown;
  keys(): unknown;
  getMap(): unknown;
  getMessage(): unknown;
  getHeaders(): unknown;
}

const NAMES = ['authorization', 'x-authorization', 'x-api-key'];

/** Whether the context of a message is that of gRPC: its `Metadata`. */
export function isGrpcMetadata(context: unknown): context is Pick<Methods, 'get' | 'getMap'> {
  return hasMethod(context, 'get') && hasMethod(context, 'getMap');
}

/**
 * The credential headers of a message, names and values in turn: those of gRPC metadata and of NATS, Kafka and RabbitMQ messages.
 * A transport without headers, such as TCP, Redis or a WebSocket, has them in the property `metadata` of its data.
 * @param context what the transport tells of the message, besides its data
 */
export function headersOfMessage(context: unknown, data: unknown): string[] {
  return credentialHeadersOf(headersIn(context) ?? propertyOf(data, 'metadata'));
}

/**
 * The credential headers of a WebSocket message: those of its connection, of the `auth` of Socket.IO, which is what a browser can
 * send, or of the property `metadata` of its data, in this order. A client's proxy may have written the first.
 */
export function headersOfWebSocket({ handshake, upgradeReq }: WebSocketClient, data: unknown): readonly string[] {
  const ofConnection = upgradeReq?.rawHeaders ?? credentialHeadersOf(handshake?.headers);
  if (readCredential(ofConnection) !== 'credential_required') return ofConnection;
  const ofHandshake = credentialHeadersOf(handshake?.auth);
  return ofHandshake.length > 0 ? ofHandshake : headersOfMessage(undefined, data);
}

function credentialHeadersOf(headers: unknown): string[] {
  return NAMES.flatMap((name) => valuesOf(headers, name).flatMap((value) => [name, value]));
}

function headersIn(context: unknown): unknown {
  if (isGrpcMetadata(context)) return context;
  const ofMessage = hasMethod(context, 'getMessage') ? context.getMessage() : undefined;
  if (hasMethod(context, 'getHeaders')) return context.getHeaders();
  return propertyOf(ofMessage, 'headers') ?? headersOfProperties(ofMessage);
}

function headersOfProperties(message: unknown): unknown {
  return propertyOf(propertyOf(message, 'properties'), 'headers');
}

/** Under a name in any letter case, as in HTTP: gRPC lowers names, and other transports leave them as they were written. */
function valuesOf(headers: unknown, name: string): string[] {
  return namesIn(headers)
    .filter((written) => written.toLowerCase() === name)
    .flatMap((written) => (hasMethod(headers, 'get') ? headers.get(written) : propertyOf(headers, written)))
    .flatMap((value) => {
      if (typeof value === 'string') return [value];
      return Buffer.isBuffer(value) ? [value.toString('latin1')] : [];
    });
}

function namesIn(headers: unknown): string[] {
  if (isGrpcMetadata(headers)) return NAMES;
  if (!hasMethod(headers, 'get')) return typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  return hasMethod(headers, 'keys') ? [...(headers.keys() as Iterable<string>)] : NAMES;
}

function hasMethod<Name extends keyof Methods>(value: unknown, name: Name): value is Required<Pick<Methods, Name>> {
  return typeof propertyOf(value, name) === 'function';
}

/** Whatever a client sends: also what has no properties. */
function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
