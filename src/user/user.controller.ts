import { Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { LoggedIn } from '../login/logged-in.decorator.js';
import { LoginGuard } from '../login/login.guard.js';
import { FastPath } from '../auth/fast-path.js';
import { Principal } from '../auth/principal.js';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { NoQueryGuard } from '../http/no-query.guard.js';
import type { Origin } from '../net/origin.js';
import { RequestOrigin } from '../http/request-origin.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { JsonBody } from '../http/request-parts.decorators.js';
import { DEFAULT_POLICY } from '../http/route-policy.js';
import { ChangePasswordDto, nameIn } from './dto/change-password.dto.js';
import { CurrentUserDto } from './dto/current-user.dto.js';
import { LoggedInUserDto } from './dto/logged-in-user.dto.js';
import { UserLoginDto } from './dto/user-login.dto.js';
import { LOGIN_PROBLEMS, STEP_PROBLEMS } from '../login/login-problems.js';
import { type LoggedInUser, LoginService } from '../login/login.service.js';
import { UserResponses } from './user-responses.js';
import { USER_LOGIN_STRATEGY } from './user-login.strategy.js';

/** The login by username, changes of a password, and the current user. */
@ApiTags('User')
@Controller('user')
export class UserController {
  constructor(
    private readonly logins: LoginService,
    private readonly answers: UserResponses,
    fastPath: FastPath,
  ) {
    const render = (principal: Principal) => ({ body: answers.currentUser(principal) });
    fastPath.register('/user/me', { policy: DEFAULT_POLICY, render });
  }

  /**
   * Log in with a username
   *
   * @remarks Returns the user and a JWT, which authenticates the user until it expires. A user with a second factor is answered 403
   * with a token for `POST /user/login/second-factor`, unless `otp` proves the factor at once.
   *
   * To try it, replace the name and the password. On a fresh server they are those of the first administrator: `admin`,
   * with the password that the first start printed, unless `BOOTSTRAP_USERNAME` and `BOOTSTRAP_PASSWORD` say otherwise.
   */
  @Public()
  @Post('login')
  @HttpCode(200)
  @UseGuards(NoQueryGuard, LoginGuard(USER_LOGIN_STRATEGY, UserLoginDto))
  @ApiBody({ type: UserLoginDto })
  @ExampleFields<UserLoginDto>('username', 'password')
  @Answers('Successful authentication', LOGIN_PROBLEMS)
  logIn(@LoggedIn() loggedIn: LoggedInUser): LoggedInUserDto {
    return this.answers.loggedIn(loggedIn);
  }

  /**
   * Change a password
   *
   * @remarks Names the user by `username` or by `email`. Requires no credential, because an expired password must be
   * changeable. Ends every other session of the user, and returns the same response as a login. Auth headers stay valid unless
   * `endAuthHeaders` is true. Of a user with a second factor, it takes the code as `otp`; without it, the second step makes the
   * change.
   *
   * To try it, replace the name and both passwords. It changes the password of a real user.
   */
  @Public()
  @Post('password')
  @HttpCode(200)
  @UseGuards(NoQueryGuard)
  @ExampleFields<ChangePasswordDto>('username', 'password', 'newPassword')
  @Answers('The password was changed', [...STEP_PROBLEMS, 'incorrect_credentials', 'too_many_attempts'])
  async changePassword(@JsonBody() body: ChangePasswordDto, @RequestOrigin() origin: Origin): Promise<LoggedInUserDto> {
    const { password, newPassword, otp, endAuthHeaders = false } = body;
    const change = { password, newPassword, otp, endAuthHeaders };
    return this.answers.loggedIn(await this.logins.changePassword(nameIn(body), change, origin));
  }

  /**
   * Get the current user
   *
   * @remarks Returns the user of the credential, and the kind of the credential.
   */
  @Get('me')
  @Answers('The user, and the credential of this request')
  getCurrentUser(@CurrentPrincipal() principal: Principal): CurrentUserDto {
    return this.answers.currentUser(principal);
  }
}
