import { Settings } from '../config/settings.js';
import { FactorPolicy } from './factor-policy.js';

const PERSON = { kind: 'person', roles: ['editor'] } as const;
const ADMIN = { kind: 'person', roles: ['admin'] } as const;
const SERVICE = { kind: 'service', roles: ['admin'] } as const;

describe('FactorPolicy', () => {
  it.each([
    ['optional', false, false],
    ['administrators', false, true],
    ['everybody', true, true],
  ] as const)(
    'demands a factor with SECOND_FACTOR=%s of a user: %s, of an administrator: %s',
    (rule, ofUser, ofAdmin) => {
      const policy = new FactorPolicy(Object.assign(new Settings(), { secondFactor: rule }));
      expect([PERSON, ADMIN].map((user) => policy.demandsOf(user))).toEqual([ofUser, ofAdmin]);
      // It has no login.
      expect(policy.demandsOf(SERVICE)).toBe(false);
    },
  );
});
