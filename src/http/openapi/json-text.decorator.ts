type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Serialises the result of a handler to JSON text. For an object, Nest checks for streams and Fastify looks up a serialiser at
 * every request; a string skips both.
 */
export const JsonText: MethodDecorator = (_target, _name, descriptor: PropertyDescriptor) => {
  const handler = descriptor.value as Handler;
  const writing: Handler = function (...args) {
    const answer = handler.apply(this, args);
    return answer instanceof Promise ? answer.then(JSON.stringify) : JSON.stringify(answer);
  };
  // Copies the metadata that earlier decorators attached to the handler.
  for (const key of Reflect.getMetadataKeys(handler)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), writing);
  }
  Object.defineProperty(writing, 'name', { value: handler.name });
  descriptor.value = writing;
};
