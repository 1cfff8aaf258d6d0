import { BadRequestException, HttpException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { DatabaseLockTimeout } from '../../database/database-errors.js';
import { ApiError } from '../../errors/api-error.js';
import { toApiError } from './to-api-error.js';

const REQUEST_ID = 'Ab3_-x-1z';

/** An error in the form that Fastify throws. */
function fastifyError(code: string, statusCode: number): Error {
  return Object.assign(new Error(`${code}: details nobody is told`), { name: 'FastifyError', code, statusCode });
}

const FASTIFY_ERRORS = [
  ['FST_ERR_BAD_URL', 400, 'malformed_url'],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'body_too_large'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'malformed_request'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'malformed_json'],
] as const;

describe('toApiError', () => {
  it('returns an ApiError unchanged', () => {
    const error = new ApiError('deleted');
    expect(toApiError(error, REQUEST_ID)).toBe(error);
  });

  it.each(FASTIFY_ERRORS)('maps %s to a documented code', (code, status, ours) => {
    expect(toApiError(fastifyError(code, status), REQUEST_ID)).toMatchObject({ status, code: ours });
  });

  it.each(FASTIFY_ERRORS)('maps %s the same if Nest has wrapped it', (code, status, ours) => {
    const cause = fastifyError(code, status);
    const wrapped = new HttpException(cause.message, status, { cause });
    expect(toApiError(wrapped, REQUEST_ID)).toMatchObject({ status, code: ours });
  });

  it.each([
    [new NotFoundException('Cannot GET /secret'), 404, 'not_found'],
    [new PayloadTooLargeException(), 413, 'body_too_large'],
    [new BadRequestException('Unexpected token in /secret'), 400, 'malformed_request'],
    [new HttpException('', 418), 400, 'malformed_request'],
    [{ statusCode: 415 }, 415, 'unsupported_media_type'],
  ])('maps a foreign HTTP error by its status: %s', (thrown, status, code) => {
    const error = toApiError(thrown, REQUEST_ID);
    expect(error).toMatchObject({ status, code });
    expect(error.message).not.toContain('secret');
  });

  it('never maps a status to an unrelated code', () => {
    expect(toApiError(new HttpException('Forbidden', 403), REQUEST_ID).code).not.toBe('password_expired');
    expect(toApiError({ statusCode: 401 }, REQUEST_ID).code).not.toBe('incorrect_credentials');
  });

  it.each([
    new DatabaseLockTimeout(),
    Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }),
    Object.assign(new Error('busy'), { driverError: { code: 'SQLITE_BUSY' } }),
    Object.assign(new Error('gone'), { driverError: { code: 'ECONNREFUSED' } }),
  ])('is `unavailable` if the database is temporarily unavailable: %s', (thrown) => {
    const error = toApiError(thrown, REQUEST_ID);
    expect(error).toMatchObject({ status: 503, code: 'unavailable' });
    expect(error.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it.each([
    new Error('secret'),
    new TypeError("secret is not a function at '/srv/secret.js'"),
    Object.assign(new Error('secret'), { statusCode: 500 }),
    new HttpException('secret', 502),
    Object.assign(new Error('secret'), { driverError: { code: 'SQLITE_CONSTRAINT', message: 'secret' } }),
    'secret',
    { code: 'FST_ERR_SECRET' },
    null,
    undefined,
    0,
  ])('reveals only the request id of any other error: %s', (thrown) => {
    const error = toApiError(thrown, REQUEST_ID);
    expect(error).toMatchObject({ status: 500, code: 'internal_error', details: undefined, headers: {} });
    expect(error.message).toBe(`Something went wrong on our side. Quote request ${REQUEST_ID}.`);
  });
});
