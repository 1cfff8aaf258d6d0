import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { MIMEType } from 'node:util';
import { ApiError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';
import { FORM_TYPE, readForm } from './form-body.js';

/** A string, with the colon that makes it a member name, or a brace. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/**
 * Parses bodies as JSON with one meaning, or as a form on the routes that take one. A body of length 0 is no body, whatever its
 * content type: most HTTP clients name a type in each POST. The body must be UTF-8 (RFC 8259, section 8.1): a decoder replaces
 * every invalid sequence by the same character, so many passwords would open one account. Duplicate member names are rejected, because
 * parsers disagree on which one counts (RFC 7493, section 2.3). `__proto__` and `constructor.prototype` are rejected too.
 */
export function readBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    // Fastify would refuse a content type that it cannot parse before it knows the length of the body.
    if (request.mediaType === undefined) Reflect.deleteProperty(request.headers, 'content-type');
    done();
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
    done(bytes.length === 0 ? null : new ApiError('unsupported_media_type'));
  });
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0) {
      done(null);
      return;
    }
    const refusal = refusalOf(request, { isForm: false });
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (!isUtf8(bytes)) {
      done(new ApiError('malformed_json'));
      return;
    }
    const text = bytes.toString();
    void parse(request, text, (error, body) => {
      const field = error === null ? fieldGivenTwice(text) : undefined;
      const details = [{ field: field ?? '', message: message('is_there_twice') }];
      done(field === undefined ? error : new ApiError('invalid_fields', { details }), body);
    });
  });
  fastify.addContentTypeParser<Buffer>(FORM_TYPE, { parseAs: 'buffer' }, (request, bytes, done) => {
    const form = bytes.length === 0 ? undefined : (refusalOf(request, { isForm: true }) ?? readForm(bytes));
    if (form instanceof ApiError) done(form);
    else done(null, form);
  });
}

/** A coding that a body is sent in (RFC 9110, section 8.4.1): none. */
const NO_CODING = /^(?:identity)?$/i;

/** Why a body is not read, whatever it contains. Decoding a compressed one would make a large one of a small one. */
function refusalOf({ routeOptions, headers }: FastifyRequest, { isForm }: { isForm: boolean }): ApiError | undefined {
  const takesForm = routeOptions.config.policy?.takesForm === true;
  if (takesForm !== isForm || !saysUtf8(headers['content-type'] ?? '')) return new ApiError('unsupported_media_type');
  if (NO_CODING.test(headers['content-encoding'] ?? '')) return undefined;
  return new ApiError('unsupported_content_encoding', { headers: { 'accept-encoding': 'identity' } });
}

/** The longest content type that is parsed. Node's parser takes quadratic time, and no media type with a charset is longer. */
const MAX_CONTENT_TYPE_LENGTH = 200;

/** Whether a media type names no character encoding or UTF-8, by any of its names (WHATWG Encoding, section 4.2). */
export function saysUtf8(contentType: string): boolean {
  if (contentType.length > MAX_CONTENT_TYPE_LENGTH) return false;
  try {
    const charset = new MIMEType(contentType).params.get('charset');
    return charset === null || new TextDecoder(charset).encoding === 'utf-8';
  } catch {
    return false;
  }
}

/** The path of the first duplicate name of an object. The text must be valid JSON. */
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
