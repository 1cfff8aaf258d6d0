import { loadSettings } from './load-settings.js';

describe('A duration', () => {
  it.each([
    ['JWT_TTL', '86400', { jwtTtlSeconds: 86_400 }],
    ['JWT_TTL', '1d', { jwtTtlSeconds: 86_400 }],
    ['SESSION_MAX_AGE', '1m', { sessionMaxAgeSeconds: 60 }],
    ['SESSION_MAX_AGE', '87600h', { sessionMaxAgeSeconds: 3650 * 86_400 }],
    ['KEEP_ALIVE', '5m', { keepAliveSeconds: 300 }],
    ['HASH_RETRY_AFTER', '1', { hashRetryAfterSeconds: 1 }],
  ])('is read from %s=%s into seconds', (name, text, expected) => {
    expect(loadSettings({ [name]: text })).toMatchObject(expected);
  });

  it.each([
    ['JWT_TTL', ['60min', 'PT1H', '1.5h', '25h', '86401', '0'], '1s to 1d'],
    ['SESSION_MAX_AGE', ['1y', '59s', '3651d', '9'.repeat(400)], '1m to 3650d'],
    ['KEEP_ALIVE', ['0', '0s', '2h', '130000ms'], '1s to 1h'],
    ['HASH_RETRY_AFTER', ['500ms', '61m', '-1s'], '1s to 1h'],
  ])('that is invalid as %s is refused with the range and the units', (name, values, range) => {
    const line = `${name} must be a duration from ${range}: a whole number of seconds (s), minutes (m), hours (h) or days (d)`;
    const escaped = line.replace(/[()]/g, '\\$&');
    for (const value of values)
      expect(() => loadSettings({ [name]: value })).toThrow(new RegExp(`^${escaped}[^\\n]*$`));
  });
});
