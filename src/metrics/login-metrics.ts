import { Injectable } from '@nestjs/common';
import { CryptoQueue, hashEnd } from '../crypto/crypto-queue.js';
import { requestEnd } from '../http/request-end.js';
import { type LoginDoor, loginEnd, type LoginOutcome } from '../login/login-signal.js';
import { TOKEN_PATH } from '../oauth/grant.controller.js';
import { Measures, only, WORK_BUCKETS } from './measures.js';

/** How a machine login ended, by the status of its response. Any other request was no login. */
const OF_STATUS: Readonly<Record<number, LoginOutcome>> = {
  200: 'ok',
  401: 'incorrect_credentials',
  403: 'refused',
  429: 'throttled',
  500: 'failed',
  503: 'busy',
};

/** The logins, and the hashes of passwords that they wait for. */
@Injectable()
export class LoginMetrics {
  constructor(measures: Measures, queue: CryptoQueue) {
    const logins = measures.counter(
      { name: 'personas_logins_total', help: 'Steps of logins, by where they were tried and how they ended' },
      ['door', 'outcome'],
    );
    const note = (door: LoginDoor | 'token', outcome: LoginOutcome): void => {
      logins.inc({ door, outcome });
    };
    loginEnd.watch(({ door, outcome }) => {
      note(door, outcome);
    });
    // A machine logs in with a credential, which is checked before the route is asked.
    requestEnd.watch(({ route, reply, request: { method } }) => {
      const outcome = route === TOKEN_PATH && method === 'POST' ? OF_STATUS[reply.statusCode] : undefined;
      if (outcome !== undefined) note('token', outcome);
    });
    const durations = measures.durations(
      { name: 'personas_hash_duration_seconds', help: 'How long hashes of passwords took, without their wait' },
      WORK_BUCKETS,
    );
    const waits = measures.durations(
      { name: 'personas_hash_wait_seconds', help: 'How long hashes of passwords waited for a free core' },
      WORK_BUCKETS,
    );
    hashEnd.watch(({ durationMs, waitedMs }) => {
      durations.observe(durationMs);
      waits.observe(waitedMs);
    });
    measures.readGauge(
      { name: 'personas_hash_queue_length', help: 'Hashes of passwords that wait for a free core' },
      [],
      () => only(queue.waitingHashes),
    );
  }
}
