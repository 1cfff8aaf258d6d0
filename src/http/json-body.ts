import type { FastifyInstance } from 'fastify';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';

/** A string, with the colon that makes it a name; or where an object begins or ends. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/**
 * Has bodies read as JSON in which no name is there twice: of two, each reader would believe another (RFC 7493,
 * section 2.3). `__proto__` and `constructor.prototype` are refused as ever.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    void parse(request, text, (error, body) => {
      const field = error === null ? fieldGivenTwice(text) : undefined;
      const details = [{ field: field ?? '', message: message('is_there_twice') }];
      done(field === undefined ? error : new ApiError('invalid_fields', { details }), body);
    });
  });
}

/** The path of the first name that an object has twice. The text is known to be JSON. */
export function fieldGivenTwice(json: string): string | undefined {
  const objects: { names: Set<string>; latest: string }[] = [];
  for (const [token, colon] of json.matchAll(TOKEN)) {
    const object = objects.at(-1);
    if (token === '{') objects.push({ names: new Set(), latest: '' });
    else if (token === '}') objects.pop();
    else if (colon !== undefined && object !== undefined) {
      object.latest = JSON.parse(token.slice(0, -colon.length)) as string;
      if (object.names.has(object.latest)) return objects.map(({ latest }) => latest).join('.');
      object.names.add(object.latest);
    }
  }
  return undefined;
}
