import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthHeaderUsage } from './auth-header-usage.js';
import { AuthHeader } from '../database/entities/auth-header.entity.js';
import { AuthHeaderController } from './authheader.controller.js';
import { AuthHeaderService } from './authheader.service.js';

/** Named, long-lived tokens for programs. */
@Module({
  imports: [TypeOrmModule.forFeature([AuthHeader])],
  controllers: [AuthHeaderController],
  providers: [AuthHeaderService, AuthHeaderUsage],
  exports: [AuthHeaderService, AuthHeaderUsage],
})
export class AuthHeaderModule {}
