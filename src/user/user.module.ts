import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionModule } from '../session/session.module.js';
import { FirstAdministrator } from './first-administrator.js';
import { Passwords } from './passwords.js';
import { UserLoginStrategy } from './user-login.strategy.js';
import { UserController } from './user.controller.js';
import { User } from './user.entity.js';
import { UserService } from './user.service.js';

/** Who someone is, and the door by username. */
@Module({
  imports: [TypeOrmModule.forFeature([User]), SessionModule],
  controllers: [UserController],
  providers: [UserService, Passwords, UserLoginStrategy, FirstAdministrator],
  exports: [UserService],
})
export class UserModule {}
