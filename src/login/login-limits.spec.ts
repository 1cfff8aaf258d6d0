import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CHALLENGE_LIMITS } from '../factor/challenges.js';
import { LOGIN_LIMITS } from './login-limits.js';

describe('docs/security.md', () => {
  const section = readFileSync(resolve(__dirname, '../../docs/security.md'), 'utf8').split(/^## /m);
  const guessing = section.find((text) => text.startsWith('Guessing')) ?? '';
  const lines = guessing.split('\n').filter((line) => line.startsWith('| one '));
  const rows = lines.map((line) => line.split('|').slice(1, -1)).map((cells) => cells.map((cell) => cell.trim()));

  it('names the limits that are in force', () => {
    const { networkWindowMinutes, accountWindowHours } = LOGIN_LIMITS;
    const minutes = `${networkWindowMinutes} minutes`;
    const hours = `${accountWindowHours} hours`;
    expect(rows).toEqual([
      ['one network, over all accounts', `${LOGIN_LIMITS.attemptsPerNetwork}`, minutes],
      ['one account from one network', `${LOGIN_LIMITS.attemptsPerAccountAndNetwork}`, minutes],
      ['one account from anywhere', `${LOGIN_LIMITS.attemptsPerAccount}`, hours],
      ['one account, after that, from known networks', `${LOGIN_LIMITS.attemptsFromKnownNetworks}`, hours],
    ]);
    const perUser = 2 * (LOGIN_LIMITS.attemptsPerAccount + LOGIN_LIMITS.attemptsFromKnownNetworks);
    expect(guessing).toContain(`${perUser} guesses a day for each user`);
    expect(guessing).toContain(`${LOGIN_LIMITS.concurrentPerAccountAndNetwork} places in the queue`);
    expect(guessing).toContain(`${LOGIN_LIMITS.networkShareOfQueue * 100} % of the places`);
  });

  it('names the limits of second factors', () => {
    const text = guessing.replaceAll(/\s+/g, ' ');
    const { attemptsPerNetwork, attemptsPerAccountAndNetwork, networkWindowMinutes } = LOGIN_LIMITS;
    const { attemptsPerAccount, attemptsFromKnownNetworks } = LOGIN_LIMITS;
    expect(text).toContain(
      `${attemptsPerAccountAndNetwork} wrong codes from one network in ${networkWindowMinutes} minutes, ` +
        `${attemptsPerAccount} from anywhere in a day, and then ${attemptsFromKnownNetworks} more from known networks`,
    );
    expect(text).toContain(`at most ${attemptsPerAccount + attemptsFromKnownNetworks} a day`);
    expect(text).toContain(`${attemptsPerNetwork} wrong codes over all users`);
    const { ttlSeconds, tries, openPerNetwork } = CHALLENGE_LIMITS;
    expect(text).toContain(`good for ${ttlSeconds} seconds, ${tries} tries and one success`);
    expect(text).toContain(`at most ${openPerNetwork} open ones from one network`);
  });

  it('allows no more than the 100 consecutive failures of NIST SP 800-63B, within a day', () => {
    const { attemptsPerAccount, attemptsFromKnownNetworks, concurrentPerAccount } = LOGIN_LIMITS;
    expect(2 * (attemptsPerAccount + attemptsFromKnownNetworks)).toBeLessThanOrEqual(100);
    // Concurrent logins with the right password must not close the account.
    expect(concurrentPerAccount).toBeLessThan(attemptsPerAccount);
  });
});
