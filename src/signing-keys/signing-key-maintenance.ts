import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { describeWithoutValues } from '../database/database-errors.js';
import { Background } from '../database/background.js';
import type { PeriodicTask } from '../database/periodic-task.js';
import { RevocationBus } from '../revocation/revocation-bus.js';
import { StartupError } from '../errors/startup-error.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { SigningKeyRotation } from './signing-key-rotation.js';
import { SigningKeys } from './signing-keys.js';

/**
 * How often retired keys are looked through, and when, after a start, the next key is made: not at once, since an RSA
 * key takes a processor up to two seconds.
 */
const UPKEEP_INTERVAL_MS = 60_000;
const RETRY_MS = 250;
const FAILURE = 'The signing keys could not be maintained; the next attempt follows shortly';

/** Maintains the signing keys of a server: generates them, follows the changes of other processes, deletes expired ones. */
@Injectable()
export class SigningKeyMaintenance implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('SigningKeys');
  private readonly upkeep: PeriodicTask;
  private isStopping = false;

  constructor(
    private readonly secretKeys: SecretKeys,
    private readonly keys: SigningKeys,
    private readonly maker: SigningKeyMaker,
    private readonly rotation: SigningKeyRotation,
    private readonly revocations: RevocationBus,
    private readonly audit: AuditService,
    background: Background,
  ) {
    const run = ({ aborted }: AbortSignal) => this.maintain(aborted);
    this.upkeep = background.add({ name: 'SigningKeys', failure: FAILURE, run });
  }

  /** @throws StartupError if the secret is missing, or does not open the keys. */
  async onModuleInit(): Promise<void> {
    // A new one would open nothing of what is there, and take the place of the right one.
    if (await this.rotation.isEmpty()) this.secretKeys.makeIfMissing();
    else this.secretKeys.currentSecrets();
    await this.rotation.deleteOver();
    await this.keys.reload();
    const isThere = await this.rotation.has('active');
    // Another process that starts at the same time may have made it since.
    if (isThere && !this.keys.hasActive()) await this.keys.reload();
    if (!this.keys.hasActive()) {
      // A key of another algorithm, sealed with a wrong secret, would be stored with keys that the right one opens.
      if (isThere || !(await this.maker.isSecretOfDatabase())) {
        throw new StartupError('SECRET_KEY is not the secret this database was sealed with');
      }
      // The first start answers while its key is being generated. Requests that need the key wait for it.
      void this.reloadKeys();
    }
    // The secret is there by now, and is the right one.
    await this.audit.begin();
    this.revocations.subscribe(({ kind }) => {
      if (kind === 'signing-keys' || kind === 'everything') void this.reloadKeys();
    });
    this.upkeep.start(UPKEEP_INTERVAL_MS);
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  private async reloadKeys(): Promise<void> {
    try {
      await this.keys.reload();
      // There was none yet, or another process deleted every key and made one of another algorithm.
      if (!this.keys.hasActive()) {
        await this.rotation.ensure('active');
        await this.keys.reload();
      }
    } catch (error) {
      // A stopped server needs no key.
      if (this.isStopping) return;
      this.logger.warn(`${FAILURE}: ${describeWithoutValues(error)}`);
      // A key that was deleted must not stay for want of another change.
      setTimeout(() => void this.reloadKeys(), RETRY_MS).unref();
    }
  }

  private async maintain(isLast: boolean): Promise<void> {
    // A key that is made during a stop would only prolong it.
    if (isLast) return;
    await this.rotation.deleteOver();
    await this.rotation.bringToPresent();
    await this.rotation.ensure('next');
    const rotated = await this.rotation.rotateIfDue();
    if (rotated !== undefined) this.logger.log(`${rotated.id} signs from now on: the key before it was due`);
    await this.keys.reload();
  }
}
