import { ApiError } from '../../errors/api-error.js';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';
import { refusalForProxies } from './refusal-for-proxies.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

describe('refusalForProxies', () => {
  it.each(CODES)('has a status that proxies understand for %s, and the headers of that status', (code) => {
    const { status, headers } = refusalForProxies(new ApiError(code));
    expect([401, 403, 429, 503]).toContain(status);
    expect('www-authenticate' in headers).toBe(status === 401 || code === 'insufficient_scope');
    expect('retry-after' in headers).toBe(status === 503);
  });

  it('keeps the reason of a refusal that it changes', () => {
    const error = new ApiError('two_credentials');
    expect(refusalForProxies(error)).toMatchObject({ code: 'invalid_token', message: error.message });
  });

  it('does not change a refusal that proxies understand', () => {
    const error = new ApiError('address_not_allowed');
    expect(refusalForProxies(error)).toBe(error);
  });
});
