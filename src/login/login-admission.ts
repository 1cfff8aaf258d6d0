import { Injectable } from '@nestjs/common';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import type { AttemptBy } from './budgets.js';
import { KeyedCounter } from '../rate-limit/keyed-counter.js';
import { KeyedLimiter } from './keyed-limiter.js';
import { LOGIN_LIMITS } from './login-limits.js';

/**
 * Lets logins into the queue so that no account and no network takes all of its places. What one account sends from one network
 * mostly waits outside the queue: its attempts are used up after a few, and the others are then refused without a hash. What one
 * network sends beyond its share is answered 503 and not 429: no attempt of it was counted, and the network is refused for no
 * longer than the queue is busy.
 */
@Injectable()
export class LoginAdmission {
  private readonly perAccount = new KeyedLimiter(LOGIN_LIMITS.concurrentPerAccount);
  private readonly perPair = new KeyedLimiter(LOGIN_LIMITS.concurrentPerAccountAndNetwork);
  /** The logins of each network, in the queue or waiting outside it. */
  private readonly ofNetwork = new KeyedCounter();
  private readonly inQueue = new KeyedCounter();

  constructor(private readonly work: CryptoQueue) {}

  /** @throws ApiError `unavailable` if the queue is full */
  refuseIfFull(): void {
    this.work.refuseIfFull();
  }

  /**
   * Runs a login when it is its turn.
   * @param act receives whether it had to wait for another login of its account.
   * @throws ApiError `unavailable` if the queue, or the network's share of it, is full
   */
  async run<T>(by: AttemptBy, act: (hasWaited: boolean) => Promise<T>): Promise<T> {
    const { account, network } = by;
    // The memory that one network can take by waiting.
    this.work.refuseIfFull(this.ofNetwork.of(network));
    return this.ofNetwork.run(network, () =>
      this.perPair.run(`${account} ${network}`, (waitedForPair) =>
        this.enter(by, (waitedForAccount) => act(waitedForPair || waitedForAccount)),
      ),
    );
  }

  /** Takes a place in the queue. */
  private async enter<T>({ account, network }: AttemptBy, act: (hasWaited: boolean) => Promise<T>): Promise<T> {
    this.work.refuseIfFull(this.inQueue.of(network), LOGIN_LIMITS.networkShareOfQueue);
    return this.work.enter(() => this.inQueue.run(network, () => this.perAccount.run(account, act)));
  }
}
