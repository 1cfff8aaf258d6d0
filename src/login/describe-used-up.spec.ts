import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { textLine } from '../log/log-line.js';
import { describeUsedUp } from './describe-used-up.js';
import { BUDGET_KINDS, type BudgetKind } from './too-many-attempts.js';

const UNTIL = new Date('2030-01-15T10:45:42.123Z');
const ATTACKER = '203.0.113.9';
const VICTIM = '198.51.100.7';

function lineOf(kind: BudgetKind, username: string, ip = ATTACKER): string {
  const message = describeUsedUp({ kind, attempts: 10, windowEnds: UNTIL }, { username, ip });
  return textLine({ level: 'warn', context: 'Login', message });
}

/** The addresses that the documented filter of fail2ban finds in a line of a file and of the journal. */
function bannedBy(line: string): string | undefined {
  const guide = readFileSync(resolve(__dirname, '../../docs/operations.md'), 'utf8');
  const [, filter = ''] = /^ *failregex = (.*)$/m.exec(guide) ?? [];
  expect(filter).toContain('<HOST>');
  const pattern = new RegExp(filter.replace('<HOST>', '(?<host>[0-9a-f.:]+)'));
  // Of a file, fail2ban removes the time. To a message of the journal, it adds the host and the program.
  const forms = [line.replace(/^\S+/, ''), `auth-1 node[3195]: ${line}`];
  const [inFile, inJournal] = forms.map((form) => pattern.exec(form.trimEnd())?.groups?.host);
  expect(inJournal).toBe(inFile);
  return inFile;
}

describe('The line about wrong passwords', () => {
  it('names the user, the address and the end', () => {
    expect(lineOf('pair', 'admin')).toMatch(
      /^\S+Z WARN \[Login\] 10 wrong passwords for admin from 203\.0\.113\.9; throttled until 2030-01-15T10:45:42Z\n$/,
    );
  });

  it('tells wrong codes from wrong passwords, and fail2ban bans for both', () => {
    const used = { kind: 'pair', attempts: 10, windowEnds: UNTIL } as const;
    const message = describeUsedUp(used, { username: 'admin', ip: ATTACKER }, 'second-factor');
    const line = textLine({ level: 'warn', context: 'Login', message });
    expect(line).toContain('10 wrong second factors for admin from');
    expect(bannedBy(line)).toBe(ATTACKER);
  });

  it('names no text that is no name of a user: it may be a password', () => {
    expect(lineOf('pair', '')).toContain('for an unknown name from');
    expect(lineOf('network', 'admin')).toContain('for several names from');
  });

  it.each([ATTACKER, '2001:db8::7'])('makes fail2ban ban the address %s', (ip) => {
    for (const username of ['admin', '', 'john.doe+x@example.com', 'ജോൺ', 'two words', 'a "quote" \\']) {
      expect(bannedBy(lineOf('pair', username, ip))).toBe(ip);
    }
    expect(bannedBy(lineOf('network', 'admin', ip))).toBe(ip);
  });

  it('bans nobody for attempts from many addresses, nor a client whose address is not known', () => {
    expect(bannedBy(lineOf('consecutive', 'admin'))).toBeUndefined();
    for (const kind of BUDGET_KINDS) expect(bannedBy(lineOf(kind, 'admin', 'unknown'))).toBeUndefined();
  });

  it.each([
    `x from ${VICTIM}; throttled until ${UNTIL.toISOString()}`,
    `x" from ${VICTIM}; throttled until y`,
    `x\\" from ${VICTIM}; throttled until y`,
    `x\n2030-01-15T10:30:42.123Z WARN [Login] 10 wrong passwords for a from ${VICTIM}; throttled until y`,
    `x\u2028WARN [Login] 10 wrong passwords for a from ${VICTIM}; throttled until y`,
    'an unknown name',
  ])('bans the attacker, and nobody else, whatever the user is called: %j', (username) => {
    const line = lineOf('pair', username);
    expect(line.split('\n')).toHaveLength(2);
    expect(bannedBy(line)).toBe(ATTACKER);
    expect(bannedBy(lineOf('consecutive', username))).toBeUndefined();
  });
});
