import { DAY_MS } from '../config/time.js';
import { loginStandingOf, type StandingColumns } from './login-standing.js';

const past = new Date(Date.now() - 1000);
const future = new Date(Date.now() + 60_000);
const RIGHT: StandingColumns = {
  disabled: null,
  initialPasswordExpires: null,
  passwordChanged: new Date(Date.now() - 2 * DAY_MS),
  passwordExpires: null,
  kind: 'person',
};

describe('The right password', () => {
  it.each<[string, Partial<StandingColumns>, number, string]>([
    ['of an ordinary user', {}, 0, 'admitted'],
    ['before its date', { passwordExpires: future }, 0, 'admitted'],
    ['after its date', { passwordExpires: past }, 0, 'password-expired'],
    ['younger than the rule', {}, 3, 'admitted'],
    ['older than the rule', {}, 1, 'password-expired'],
    ['that is a one-time password', { initialPasswordExpires: future }, 0, 'one-time-password'],
    [
      'that is a one-time password, expired',
      { initialPasswordExpires: future, passwordExpires: past },
      0,
      'one-time-password',
    ],
    ['that is a one-time password after its end', { initialPasswordExpires: past }, 0, 'refused'],
    ['of a disabled user', { disabled: past }, 0, 'refused'],
    ['of a service account, which has none', { kind: 'service' }, 0, 'refused'],
    ['of a service account, expired', { kind: 'service', passwordExpires: past }, 1, 'refused'],
    ['of a disabled user, expired', { disabled: past, passwordExpires: past }, 0, 'refused'],
  ])('%s', (_, columns, maxAgeDays, expected) => {
    expect(loginStandingOf({ ...RIGHT, ...columns }, maxAgeDays)).toBe(expected);
  });
});
