import { Module } from '@nestjs/common';
import { ActorStandingRepository } from './actor-standing.repository.js';
import { AuditChainRepository } from './audit-chain.repository.js';
import { AuditChains } from './audit-chains.js';
import { AuditController } from './audit.controller.js';
import { AuditEventRepository } from './audit-event.repository.js';
import { AuditService } from './audit.service.js';
import { AuditedTransaction } from './audited-transaction.js';
import { NoticeRepository } from './notice.repository.js';
import { Notices } from './notices.js';

/** The audit, and the transaction that records a change in it. */
@Module({
  controllers: [AuditController],
  providers: [
    ActorStandingRepository,
    AuditChainRepository,
    AuditChains,
    AuditEventRepository,
    AuditService,
    AuditedTransaction,
    NoticeRepository,
    Notices,
  ],
  exports: [AuditService, AuditedTransaction],
})
export class AuditModule {}
