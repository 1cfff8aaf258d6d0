import { Injectable } from '@nestjs/common';
import { CheckCounts } from '../auth/check-counts.js';
import { CredentialCache } from '../auth/credential-cache.js';
import { labelOf, Measures, only } from './measures.js';

/** The checks of credentials, which the authenticator counts. */
@Injectable()
export class CredentialMetrics {
  constructor(measures: Measures, counts: CheckCounts, cache: CredentialCache) {
    measures.readCounter(
      {
        name: 'personas_credential_checks_total',
        help: 'Checks of JWTs and auth headers, and requests that had neither',
      },
      ['kind', 'outcome', 'source'],
      () =>
        counts.all().map(({ kind, outcome, source, checks }) => ({
          labels: { kind: labelOf(kind), outcome, source },
          value: checks,
        })),
    );
    measures.readGauge(
      { name: 'personas_credentials_remembered', help: 'Credentials whose next check asks no database' },
      [],
      () => only(cache.size),
    );
  }
}
