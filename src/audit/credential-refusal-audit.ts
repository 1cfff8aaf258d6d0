import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CredentialRefusals, type RefusalReason } from '../auth/credential-refusals.js';
import { HOUR_MS } from '../config/time.js';
import { Background } from '../database/background.js';
import { AuditService } from './audit.service.js';
import { GatheredRefusals, type RefusalWords } from './gathered-refusals.js';

const WORDS: RefusalWords<RefusalReason> = {
  name: 'CredentialRefusals',
  outcome: 'refused',
  reasons: {
    address: 'not allowed from this address',
    scope: 'lacks the scope or the role',
    expired: 'has expired',
    'rate-limit': 'over its rate limit',
    revoked: 'revoked, or its user is disabled',
    others: 'one of very many credentials that were refused',
  },
  ofSeveral: ['others'],
};

/** Records the refused uses of credentials that belong to somebody, gathered by the credential, the reason and the hour. */
@Injectable()
export class CredentialRefusalAudit implements OnModuleInit {
  private readonly gathered: GatheredRefusals<RefusalReason>;

  constructor(
    audit: AuditService,
    background: Background,
    private readonly refusals: CredentialRefusals,
  ) {
    this.gathered = new GatheredRefusals(audit, WORDS, background);
  }

  onModuleInit(): void {
    this.gathered.start();
    this.refusals.subscribe(({ actor, subjectId, reason }) => {
      const windowEnds = new Date((Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS);
      const group = { key: `${subjectId} ${reason}`, kind: reason, windowEnds };
      this.gathered.noteLater({ action: 'credential.refuse', actor, group, target: subjectId });
    });
  }
}
