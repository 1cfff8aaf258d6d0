type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Has a handler answer JSON text in place of the object it returns. Nest looks through an object for streams, and
 * Fastify for a serialiser, at every request: a text passes both by.
 */
export const JsonText: MethodDecorator = (_target, _name, descriptor: PropertyDescriptor) => {
  const handler = descriptor.value as Handler;
  const writing: Handler = function (...args) {
    const answer = handler.apply(this, args);
    return answer instanceof Promise ? answer.then(JSON.stringify) : JSON.stringify(answer);
  };
  // What decorators have said of the handler so far goes on being said.
  for (const key of Reflect.getMetadataKeys(handler)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), writing);
  }
  Object.defineProperty(writing, 'name', { value: handler.name });
  descriptor.value = writing;
};
