/** Headers of a message, as each transport keeps them. */
interface Methods {
  get(name: string): unknown;
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
  const headers = headersIn(context) ?? propertyOf(data, 'metadata');
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

function valuesOf(headers: unknown, name: string): string[] {
  const found = hasMethod(headers, 'get') ? headers.get(name) : (propertyOf(headers, name) ?? []);
  return [found].flat().flatMap((value) => {
    if (typeof value === 'string') return [value];
    return Buffer.isBuffer(value) ? [value.toString('latin1')] : [];
  });
}

function hasMethod<Name extends 'get' | 'getMap' | 'getMessage' | 'getHeaders'>(
  value: unknown,
  name: Name,
): value is Required<Pick<Methods, Name>> {
  return typeof propertyOf(value, name) === 'function';
}

/** Whatever a client sends: also what has no properties. */
function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
