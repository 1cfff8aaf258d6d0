type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Has a handler answer JSON text in place of the object it returns. Nest looks through an object for streams, and
 * Fastify for a serialiser, at every request: a text passes both by.
 */
export const JsonText: MethodDecorator = (_target, _name, descriptor: PropertyDescriptor) => {
  const handler = descriptor.value as Handler;
  const writing: Handler = function (...args) {
    const answer = handler.apply(this, args);
    return answer instanceof Promise ? answer.then(toText) : toText(answer);
  };
  // What decorators have said of the handler so far goes on being said.
  for (const key of Reflect.getMetadataKeys(handler)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), writing);
  }
  Object.defineProperty(writing, 'name', { value: handler.name });
  descriptor.value = writing;
};

/** The texts of frozen answers: they cannot change, so they are written once. */
const texts = new WeakMap<object, string>();

function toText(answer: unknown): string | undefined {
  // A handler that returns nothing answers nothing.
  if (typeof answer !== 'object' || answer === null) return JSON.stringify(answer);
  let text = texts.get(answer);
  if (text === undefined) {
    text = JSON.stringify(answer);
    if (Object.isFrozen(answer)) texts.set(answer, text);
  }
  return text;
}
