import { type Acr, loginChallengeParameters, type LoginRequirement, meetsLoginRequirement } from './login-proof.js';

const NOW_SECONDS = 1_800_000_000;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW_SECONDS * 1000 + 999 });
});
afterEach(() => jest.useRealTimers());

describe('The requirement of a login', () => {
  it.each<[LoginRequirement, Acr | undefined, number | undefined, boolean]>([
    [{}, undefined, undefined, true],
    [{ acr: 'aal1' }, 'aal1', undefined, true],
    [{ acr: 'aal1' }, 'aal2', undefined, true],
    [{ acr: 'aal2' }, 'aal2', undefined, true],
    [{ acr: 'aal2' }, 'aal1', undefined, false],
    // A server of an older version tells neither.
    [{ acr: 'aal1' }, undefined, NOW_SECONDS, false],
    [{ maxAgeSeconds: 600 }, 'aal2', undefined, false],
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS, true],
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS - 600, true],
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS - 601, false],
    // Another clock may be a little ahead.
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS + 5, true],
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS + 6, false],
    [{ maxAgeSeconds: 600 }, 'aal1', NOW_SECONDS + 86_400, false],
    [{ maxAgeSeconds: 600 }, 'aal1', NaN, false],
    [{ maxAgeSeconds: 600, acr: 'aal2' }, 'aal2', NOW_SECONDS, true],
    [{ maxAgeSeconds: 600, acr: 'aal2' }, 'aal1', NOW_SECONDS, false],
    [{ maxAgeSeconds: 600, acr: 'aal2' }, 'aal2', NOW_SECONDS - 601, false],
    // JavaScript may pass what TypeScript refuses.
    [{ acr: 'aal3' as Acr }, 'aal2', NOW_SECONDS, false],
    [{ acr: 'constructor' as Acr }, 'constructor' as Acr, NOW_SECONDS, false],
    [{ maxAgeSeconds: NaN }, 'aal2', NOW_SECONDS, false],
  ])('%j is met by %s of %s: %s', (requirement, acr, authTimeSeconds, expected) => {
    expect(meetsLoginRequirement({ acr, authTimeSeconds }, requirement)).toBe(expected);
  });

  it('is never met by a credential without a login', () => {
    expect(meetsLoginRequirement(undefined, { acr: 'aal1' })).toBe(false);
    expect(meetsLoginRequirement(undefined, { maxAgeSeconds: 999_999_999 })).toBe(false);
    expect(meetsLoginRequirement(undefined, {})).toBe(true);
  });

  it('is what the challenge says, and nothing else', () => {
    const start = 'error_description="A more recent or a stronger login is required"';
    expect(loginChallengeParameters({ acr: 'aal2', maxAgeSeconds: 600 })).toBe(
      `${start}, acr_values="aal2", max_age="600"`,
    );
    expect(loginChallengeParameters({ acr: 'aal2' })).toBe(`${start}, acr_values="aal2"`);
    expect(loginChallengeParameters({ maxAgeSeconds: 600 })).toBe(`${start}, max_age="600"`);
  });
});
