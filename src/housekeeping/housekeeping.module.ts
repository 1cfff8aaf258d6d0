import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { ThrottleModule } from '../throttle/throttle.module.js';
import { Housekeeping } from './housekeeping.service.js';

/** Removes what has outlived its purpose. */
@Module({
  imports: [SessionModule, ThrottleModule],
  providers: [Housekeeping],
})
export class HousekeepingModule {}
