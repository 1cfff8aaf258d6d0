import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LoginThrottle } from '../database/entities/login-throttle.entity.js';
import { LoginThrottleService } from './login-throttle.service.js';

/** Bounds guessing. */
@Module({
  imports: [TypeOrmModule.forFeature([LoginThrottle])],
  providers: [LoginThrottleService],
  exports: [LoginThrottleService],
})
export class ThrottleModule {}
