import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { AuthHeaderModule } from '../authheader/authheader.module.js';
import { User } from '../database/entities/user.entity.js';
import { LoginModule } from '../login/login.module.js';
import { SessionModule } from '../session/session.module.js';
import { SessionController } from './session.controller.js';
import { UserAdministrationController } from './user-administration.controller.js';
import { UserAnswers } from './user-answers.js';
import { UserLoginStrategy } from './user-login.strategy.js';
import { UserController } from './user.controller.js';
import { UserService } from './user.service.js';

/** Who someone is, and the door by username. */
@Module({
  imports: [TypeOrmModule.forFeature([User]), AuthModule, AuthHeaderModule, SessionModule, LoginModule],
  controllers: [UserController, SessionController, UserAdministrationController],
  providers: [UserService, UserAnswers, UserLoginStrategy],
  exports: [UserService],
})
export class UserModule {}
