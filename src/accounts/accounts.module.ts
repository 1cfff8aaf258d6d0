import { Module } from '@nestjs/common';
import { LoginModule } from '../login/login.module.js';
import { AccountsLoginStrategy } from './accounts-login.strategy.js';
import { AccountsController } from './accounts.controller.js';

/** Login by e-mail address. */
@Module({
  imports: [LoginModule],
  controllers: [AccountsController],
  providers: [AccountsLoginStrategy],
})
export class AccountsModule {}
