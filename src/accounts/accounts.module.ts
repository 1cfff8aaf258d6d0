import { Module } from '@nestjs/common';
import { UserModule } from '../user/user.module.js';
import { AccountsLoginStrategy } from './accounts-login.strategy.js';
import { AccountsController } from './accounts.controller.js';

/** The door by e-mail address. */
@Module({
  imports: [UserModule],
  controllers: [AccountsController],
  providers: [AccountsLoginStrategy],
})
export class AccountsModule {}
