import { Module } from '@nestjs/common';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { LoginModule } from '../login/login.module.js';
import { LeaksController } from './leaks.controller.js';

/** The door for those who have found a token of somebody else. */
@Module({
  imports: [AuthHeaderServicesModule, LoginModule],
  controllers: [LeaksController],
})
export class LeaksModule {}
