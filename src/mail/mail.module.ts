import { Global, Module } from '@nestjs/common';
import { MailQueue } from './mail-queue.js';
import { MailRepository } from './mail.repository.js';

/** The queue of mails, for everything that changes what a user should hear of. A server alone sends them. */
@Global()
@Module({
  providers: [MailQueue, MailRepository],
  exports: [MailQueue, MailRepository],
})
export class MailModule {}
