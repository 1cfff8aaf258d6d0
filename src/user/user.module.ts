import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthHeaderServicesModule } from '../authheader/auth-header-services.module.js';
import { FactorServicesModule } from '../factor/factor-services.module.js';
import { LoginModule } from '../login/login.module.js';
import { SessionModule } from '../session/session.module.js';
import { EmailChangeService } from './email-change.service.js';
import { EmailController } from './email.controller.js';
import { PasswordResetController } from './password-reset.controller.js';
import { FactorOwners } from './factor-owners.js';
import { FactorController } from './factor.controller.js';
import { PasskeyController } from './passkey.controller.js';
import { PasskeyLoginController } from './passkey-login.controller.js';
import { SecondFactorController } from './second-factor.controller.js';
import { SessionController } from './session.controller.js';
import { UserAdministrationController } from './user-administration.controller.js';
import { UserResponses } from './user-responses.js';
import { UserLoginStrategy } from './user-login.strategy.js';
import { UserController } from './user.controller.js';
import { LastAdministrator } from './last-administrator.js';
import { UserRepository } from './user.repository.js';
import { UserSearch } from './user-search.js';
import { UserService } from './user.service.js';

/** Users: the login by username, their sessions, and their administration. */
@Module({
  imports: [AuditModule, AuthModule, AuthHeaderServicesModule, FactorServicesModule, SessionModule, LoginModule],
  controllers: [
    UserController,
    SecondFactorController,
    FactorController,
    PasskeyController,
    PasskeyLoginController,
    SessionController,
    PasswordResetController,
    EmailController,
    UserAdministrationController,
  ],
  providers: [
    EmailChangeService,
    FactorOwners,
    LastAdministrator,
    UserRepository,
    UserService,
    UserSearch,
    UserResponses,
    UserLoginStrategy,
  ],
  exports: [EmailChangeService, UserService],
})
export class UserModule {}
