import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_MS } from '../config/time.js';
import type { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import type { User } from '../database/entities/user.entity.js';
import {
  accountKeysOf,
  type AttemptBy,
  type Budget,
  budgetsOf,
  networkBudgetOf,
  pairPrefixOf,
  refusalOf,
  type UsedUpBudget,
  usedUp,
} from './budgets.js';
import { accountOf, factorAccountOf, identitiesOf } from './claimed-identity.js';
import { LoginThrottleRepository } from './login-throttle.repository.js';
import type { LoginColumn } from './login.repository.js';
import type { TooManyAttempts } from './too-many-attempts.js';

/** How long a budget is kept after its window: a clock that is ahead by less does not delete counts that are in force. */
const RETENTION_MS = DAY_MS;

/** An attempt that was counted. */
export interface CountedAttempt {
  readonly account: string;
  /** The keys of the budgets it was counted against. */
  readonly keys: readonly string[];
  readonly networkKey: string;
  readonly pairKey: string;
  readonly isKnownNetwork: boolean;
  /**
   * The response to a wrong password, if the account is closed: refused from unknown networks, and therefore, with the same
   * response, from known ones.
   */
  readonly refusal: TooManyAttempts | undefined;
  /** Whether the right password logs in. */
  readonly isChecked: boolean;
  /** The budgets that have no further attempt. */
  readonly usedUp: readonly UsedUpBudget[];
}

/**
 * Limits guessing (OWASP ASVS 6.3.1), over all processes. Attempts are counted before the password is checked, so that a burst
 * gets no more than its budget.
 *
 * No response may depend on whether the user exists or has logged in from a network, except to the right password. So budgets
 * depend only on the claimed identity, and a closed account takes the same time and the same writes for everybody: the
 * password is hashed, whether or not it is checked.
 */
@Injectable()
export class LoginThrottleService {
  constructor(private readonly rows: LoginThrottleRepository) {}

  /**
   * Looks at the budgets without a write, because a refusal that writes could be used to wear out the disk.
   * @returns the refusal of the account, if it is closed.
   * @throws TooManyAttempts if the network, or the account from this network, has no attempt left
   */
  async look(by: AttemptBy): Promise<TooManyAttempts | undefined> {
    const { network, pair, consecutive } = budgetsOf(by);
    const rows = await this.rows.find({ network: network.key, pair: pair.key, consecutive: consecutive.key });
    const refusal = refusalOf(network, rows, 0) ?? refusalOf(pair, rows, 0);
    if (refusal !== undefined) throw refusal;
    return refusalOf(consecutive, rows, 0);
  }

  /**
   * Counts an attempt.
   * @param closed what {@link look} returned.
   * @throws TooManyAttempts if the network, or the account from this network, has no attempt left
   */
  async consume(by: AttemptBy, closed: TooManyAttempts | undefined): Promise<CountedAttempt> {
    const { network, pair, consecutive, surplus } = budgetsOf(by);
    let last = closed === undefined ? consecutive : surplus;
    let rows = await this.count([network, pair, last]);
    const exhausted = refusalOf(network, rows, 1) ?? refusalOf(pair, rows, 1);
    if (exhausted !== undefined) {
      await this.rows.decrement([network.key, pair.key, last.key]);
      throw exhausted;
    }
    const exhaustedNow = usedUp([network, pair, consecutive], rows);
    const refusal = closed ?? refusalOf(consecutive, rows, 1);
    if (refusal !== undefined && closed === undefined) {
      // An attempt at the same time took the last place.
      await this.rows.decrement([consecutive.key]);
      last = surplus;
      rows = await this.count([surplus]);
    }
    return {
      account: by.account,
      keys: [network.key, pair.key, last.key],
      networkKey: network.key,
      pairKey: pair.key,
      isKnownNetwork: by.isKnownNetwork,
      refusal,
      isChecked: refusal === undefined || refusalOf(surplus, rows, 1) === undefined,
      usedUp: exhaustedNow,
    };
  }

  /**
   * Counts an attempt that guesses nothing, and only costs: against its network alone.
   * @throws TooManyAttempts if the network has no attempt left
   */
  async consumeOfNetwork(network: string): Promise<Pick<CountedAttempt, 'keys' | 'usedUp'>> {
    const budget = networkBudgetOf('password', network);
    const { key } = budget;
    const before = refusalOf(budget, await this.rows.find({ network: key, pair: key, consecutive: key }), 0);
    if (before !== undefined) throw before;
    const rows = await this.count([budget]);
    const exhausted = refusalOf(budget, rows, 1);
    if (exhausted === undefined) return { keys: [key], usedUp: usedUp([budget], rows) };
    await this.rows.decrement([key]);
    throw exhausted;
  }

  /**
   * Resets the counts of the account, and takes this attempt off its network's count, because it did not fail. A login from a
   * known network does not reset the count of attempts from anywhere: strangers would get a new budget with each login of the
   * owner, and could tell that the owner has logged in.
   */
  async reset(attempt: CountedAttempt, manager: EntityManager): Promise<void> {
    const { account, keys, networkKey: network, pairKey: pair, isKnownNetwork } = attempt;
    const { consecutive, known } = accountKeysOf(account);
    const isCounted = isKnownNetwork && keys.includes(consecutive);
    const counted = isCounted ? consecutive : network;
    await this.rows.succeed({ network, pair, known, counted, reset: isKnownNetwork ? pair : consecutive }, manager);
  }

  /**
   * Resets the counts of the account like {@link reset}, for an attempt that was refunded when its password proved right, and
   * whose second factor has proved right since.
   */
  async resetRefunded(by: AttemptBy, manager: EntityManager): Promise<void> {
    const { pair } = budgetsOf(by);
    const { consecutive, known } = accountKeysOf(by.account);
    const reset = by.isKnownNetwork ? pair.key : consecutive;
    await this.rows.succeed({ network: '', counted: '', pair: pair.key, known, reset }, manager);
  }

  /** Takes back the count of an attempt with the right password. */
  async refund({ keys }: Pick<CountedAttempt, 'keys'>): Promise<void> {
    await this.rows.decrement(keys);
  }

  /**
   * Resets every count of a user, at both login routes and from every network, and those of the second factor. Only the networks'
   * own counts remain, which are no user's.
   */
  async clear(user: Pick<User, LoginColumn | 'id'>, manager: EntityManager): Promise<void> {
    for (const account of [...identitiesOf(user).map(accountOf), factorAccountOf(user.id)]) {
      await this.rows.delete(Object.values(accountKeysOf(account)), pairPrefixOf(account), manager);
    }
  }

  /** Deletes the budgets whose window ended a day ago. @param witnessed the present as the pruning clock knows it. */
  async prune(witnessed: Date): Promise<void> {
    // A window ends by the system's clock. One that is ahead of the witnessed time must not delete counts that are in force.
    await this.rows.deleteEnded(new Date(Math.min(witnessed.getTime(), Date.now()) - RETENTION_MS));
  }

  private count(budgets: readonly Budget[]): Promise<LoginThrottle[]> {
    const now = Date.now();
    const windows = budgets.map(({ key, windowMs }) => ({ key, windowEnds: new Date(now + windowMs) }));
    return this.rows.count(windows, new Date(now));
  }
}
