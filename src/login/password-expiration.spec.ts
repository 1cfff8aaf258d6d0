import { passwordExpirationOf } from './password-expiration.js';

const passwordChanged = new Date('2030-01-01T12:00:00.000Z');
const late = new Date('2030-06-01T00:00:00.000Z');
const early = new Date('2030-01-02T00:00:00.000Z');
const byRule = new Date('2030-01-31T12:00:00.000Z');

describe('A password must be changed', () => {
  it.each([
    ['never, without a date or a rule', null, 0, null],
    ['at its own date, without a rule', late, 0, late],
    ['by the rule, without a date of its own', null, 30, byRule],
    ['by the rule, where its own date is later', late, 30, byRule],
    ['at its own date, where the rule is later', early, 30, early],
  ])('%s', (_, passwordExpires, maxAgeDays, expected) => {
    expect(passwordExpirationOf({ kind: 'person', passwordChanged, passwordExpires }, maxAgeDays)).toEqual(expected);
    expect(passwordExpirationOf({ kind: 'service', passwordChanged, passwordExpires }, maxAgeDays)).toBeNull();
  });
});
