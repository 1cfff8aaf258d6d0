import { ApiError } from '../errors/api-error.js';
import type { Principal } from './principal.js';

/** How many credentials are looked up at once. More would only wait for the database, and take memory meanwhile. */
const MAX_LOOK_UPS = 1000;
/** For how long after its begin a look-up answers further requests: what it reads may be that old. */
const SHARED_FOR_MS = 100;

interface LookUp {
  readonly epoch: number;
  readonly begunAtMs: number;
  readonly principal: Promise<Principal | null>;
}

/**
 * The credentials that are being looked up. While nothing that is remembered can be trusted, every request asks the database;
 * without a bound, a slow database would then be a dead one.
 */
export class LookUps {
  private readonly pending = new Map<string, LookUp>();

  /**
   * Looks a credential up, or shares the look-up that another request has just begun.
   * @param epoch of the cache: a look-up that was begun before a revocation is not shared after it.
   * @throws ApiError `unavailable` where too many are under way
   */
  principalOf(token: string, epoch: number, lookUp: () => Promise<Principal | null>): Promise<Principal | null> {
    const begun = this.pending.get(token);
    if (begun?.epoch === epoch && performance.now() - begun.begunAtMs < SHARED_FOR_MS) return begun.principal;
    if (this.pending.size >= MAX_LOOK_UPS) throw new ApiError('unavailable');
    const principal = lookUp().finally(() => {
      if (this.pending.get(token) === started) this.pending.delete(token);
    });
    const started = { epoch, begunAtMs: performance.now(), principal };
    this.pending.set(token, started);
    return principal;
  }
}
