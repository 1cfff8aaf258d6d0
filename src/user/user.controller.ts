import { Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { LoggedIn } from '../auth/logged-in.decorator.js';
import { LoginGuard } from '../auth/login.guard.js';
import { Principal } from '../auth/principal.js';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../docs/answers.decorator.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { type Origin, SessionService } from '../session/session.service.js';
import { CurrentUserDto } from './dto/current-user.dto.js';
import { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import { UserLoginDto } from './dto/user-login.dto.js';
import { describeCurrentUser, describeLogin } from './user-answers.js';
import { USER_LOGIN_STRATEGY } from './user-login.strategy.js';
import { User } from './user.entity.js';
import { UserService } from './user.service.js';

@ApiTags('User')
@Controller('user')
export class UserController {
  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionService,
  ) {}

  /**
   * Log in with a username
   *
   * @remarks Answers the user and a JWT, which stands for them until it expires.
   */
  @Public()
  @Post('login')
  @HttpCode(200)
  @UseGuards(LoginGuard(USER_LOGIN_STRATEGY, UserLoginDto))
  @ApiBody({ type: UserLoginDto })
  @Answers('Successful authentication', ['incorrect_credentials', 'password_expired'])
  async login(@LoggedIn() user: User, @RequestOrigin() origin: Origin): Promise<LoggedInUserDto> {
    const jwt = await this.sessions.open(user, origin);
    return describeLogin(user, this.users.passwordExpirationOf(user), jwt);
  }

  /**
   * See who a credential speaks for
   *
   * @remarks Answers the user behind the credential, and what kind of credential it is.
   */
  @Get('me')
  @Answers('The user, and the credential of this request')
  async me(@CurrentPrincipal() principal: Principal): Promise<CurrentUserDto> {
    const user = await this.users.get(principal.userId);
    return describeCurrentUser(user, this.users.passwordExpirationOf(user), principal);
  }
}
