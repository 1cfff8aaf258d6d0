import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditService } from '../audit/audit.service.js';
import { GatheredRefusals, type RefusalWords } from '../audit/gathered-refusals.js';
import type { Actor } from '../auth/actor.js';
import { Background } from '../database/background.js';
import { type BudgetKind, TooManyAttempts } from './too-many-attempts.js';

const WORDS: RefusalWords<BudgetKind> = {
  name: 'RefusalAudit',
  outcome: 'throttled',
  reasons: {
    network: 'the network has no attempts left',
    pair: 'the account has no attempts left from this network',
    consecutive: 'the account has no attempts in a row left',
    others: 'one of very many budgets that have no attempts left',
  },
  ofSeveral: ['network', 'others'],
};

/** Records refused attempts, gathered by the exhausted budget. */
@Injectable()
export class RefusalAudit implements OnModuleInit {
  private readonly refusals: GatheredRefusals<BudgetKind>;

  constructor(audit: AuditService, background: Background) {
    this.refusals = new GatheredRefusals(audit, WORDS, background);
  }

  onModuleInit(): void {
    this.refusals.start();
  }

  /** Records the refusal, if there is one, of what a caller does. */
  async recording<T>(actor: Actor, action: AuditAction, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof TooManyAttempts) await this.refusals.note({ action, actor, group: error.budget });
      throw error;
    }
  }
}
