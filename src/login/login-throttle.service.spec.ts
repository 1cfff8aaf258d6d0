import type { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import type { AttemptBy } from './budgets.js';
import { factorAccountOf } from './claimed-identity.js';
import { LOGIN_LIMITS } from './login-limits.js';
import type { LoginThrottleRepository, NewWindow } from './login-throttle.repository.js';
import { LoginThrottleService } from './login-throttle.service.js';
import { TooManyAttempts } from './too-many-attempts.js';

/** The rows in memory, where 2,000 guesses take no minute; test/throttling.spec.ts tests the statements. */
class Rows {
  private readonly rows = new Map<string, LoginThrottle>();

  find(keys: Readonly<Record<string, string>>): Promise<LoginThrottle[]> {
    return Promise.resolve(Object.values(keys).flatMap((key) => this.rows.get(key) ?? []));
  }

  count(windows: readonly NewWindow[]): Promise<LoginThrottle[]> {
    const counted = windows.map(({ key, windowEnds }) => {
      const { attempts, windowEnds: end } = this.rows.get(key) ?? { attempts: 0, windowEnds };
      return { budget: key, attempts: attempts + 1, windowEnds: end };
    });
    for (const row of counted) this.rows.set(row.budget, row);
    return Promise.resolve(counted);
  }

  decrement(keys: readonly string[]): Promise<void> {
    for (const row of keys.map((key) => this.rows.get(key))) if (row) row.attempts -= 1;
    return Promise.resolve();
  }
}

const OF_FACTOR = { secret: 'second-factor', account: factorAccountOf('user') } as const;

/** Makes guesses, each from the network that `by` gives it. @returns how many were checked */
async function checkedOf(number: number, by: (index: number) => AttemptBy): Promise<number> {
  const throttle = new LoginThrottleService(new Rows() as unknown as LoginThrottleRepository);
  let checked = 0;
  for (let index = 0; index < number; index++) {
    const attempt = await throttle
      .look(by(index))
      .then((closed) => throttle.consume(by(index), closed))
      .catch((error: unknown) => {
        if (!(error instanceof TooManyAttempts)) throw error;
      });
    if (attempt?.isChecked) checked++;
  }
  return checked;
}

describe('Guesses at the second factor of one user', () => {
  const { attemptsPerAccount, attemptsFromKnownNetworks, attemptsPerAccountAndNetwork } = LOGIN_LIMITS;

  it.each([
    [2000, 'as many networks', (index: number) => index, attemptsPerAccount],
    [1000, 'one network', () => 0, attemptsPerAccountAndNetwork],
  ])('(%i) from %s are checked no more often than the limits say', async (number, _, networkOf, limit) => {
    const by = (index: number) => ({ ...OF_FACTOR, network: `n${networkOf(index)}`, isKnownNetwork: false });
    expect(await checkedOf(number, by)).toBe(limit);
  });

  it('(2,000) from networks of earlier logins add up to 50 in a day, and find one code in 6,000 days', async () => {
    const by = (index: number) => ({ ...OF_FACTOR, network: `n${index}`, isKnownNetwork: index % 2 === 0 });
    const checked = await checkedOf(2000, by);
    expect(checked).toBe(attemptsPerAccount + attemptsFromKnownNetworks);
    // Three codes of a million are right at each moment.
    expect(1_000_000 / (3 * checked)).toBeGreaterThan(6000);
  });
});
