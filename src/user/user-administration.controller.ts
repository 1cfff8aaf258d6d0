import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { linkNextPage } from '../http/paging.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import { AddUserDto, ListUsersQueryDto, UpdateUserDto, UserIdDto } from './dto/manage-user.dto.js';
import { AddedUserDto, ManagedUserDto } from './dto/managed-user.dto.js';
import { UserAnswers } from './user-answers.js';
import { UserService, type UserWithInitialPassword } from './user.service.js';

/** What administrators do with users. */
@ApiTags('Administration')
@Controller('user')
export class UserAdministrationController {
  constructor(
    private readonly users: UserService,
    private readonly answers: UserAnswers,
  ) {}

  /**
   * Add a user
   *
   * @remarks Without a password, answers a one-time password, which the user must change at the first login.
   */
  @Post('add')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<AddUserDto>('username', 'email', 'firstname', 'lastname', 'roles')
  @Answers('The user was added', ['already_taken'])
  async addUser(@CurrentActor() actor: Actor, @JsonBody() body: AddUserDto): Promise<AddedUserDto> {
    const { password, ...profile } = body;
    return this.describe(await this.users.add(withMoment(profile), password, actor));
  }

  /**
   * List users
   *
   * @remarks Answers the users, newest first, or those whose username or e-mail address holds a text.
   */
  @Get('list')
  @Requires('admin')
  @Answers('The users', [], nextPageHeader('/user/list'))
  async listUsers(
    @QueryFields() { search, ...request }: ListUsersQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ManagedUserDto[]> {
    const page = await this.users.list(search, request);
    linkNextPage(reply, page);
    return page.rows.map((user) => this.answers.managedUser(user));
  }

  /**
   * Change a user
   *
   * @remarks Changes what is given and leaves the rest. The last enabled administrator stays one.
   */
  @Post('update')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UpdateUserDto>('id', 'firstname', 'lastname', 'roles')
  @Answers('The user as it is now', ['not_found', 'already_taken', 'last_administrator'])
  async updateUser(
    @CurrentActor() actor: Actor,
    @JsonBody() { id, ...profile }: UpdateUserDto,
  ): Promise<ManagedUserDto> {
    return this.answers.managedUser(await this.users.update(id, withMoment(profile), actor));
  }

  /**
   * Disable a user
   *
   * @remarks The user can no longer log in, and their sessions and auth headers end at once, for good.
   */
  @Post('disable')
  @HttpCode(200)
  @Requires('admin')
  @Answers('The user was disabled', ['not_found', 'last_administrator'])
  async disableUser(@CurrentActor() actor: Actor, @JsonBody() { id }: UserIdDto): Promise<SuccessDto> {
    await this.users.disable(id, actor);
    return SUCCESS;
  }

  /**
   * Enable a user
   *
   * @remarks The user can log in again, and starts with no session and no auth header.
   */
  @Post('enable')
  @HttpCode(200)
  @Requires('admin')
  @Answers('The user was enabled', ['not_found'])
  async enableUser(@CurrentActor() actor: Actor, @JsonBody() { id }: UserIdDto): Promise<SuccessDto> {
    await this.users.enable(id, actor);
    return SUCCESS;
  }

  /**
   * Delete a user
   *
   * @remarks The user's sessions and auth headers end with them, at once.
   */
  @Post('delete')
  @HttpCode(200)
  @Requires('admin')
  @Answers('The user was deleted', ['not_found', 'last_administrator'])
  async deleteUser(@CurrentActor() actor: Actor, @JsonBody() { id }: UserIdDto): Promise<SuccessDto> {
    await this.users.delete(id, actor);
    return SUCCESS;
  }

  /**
   * Reset a password
   *
   * @remarks Answers a one-time password, which the user must change at the next login, and ends their sessions.
   */
  @Post('reset')
  @HttpCode(200)
  @Requires('admin')
  @Answers('The one-time password', ['not_found'])
  async resetPassword(@CurrentActor() actor: Actor, @JsonBody() { id }: UserIdDto): Promise<AddedUserDto> {
    return this.describe(await this.users.reset(id, actor));
  }

  private describe({ user, initialPassword }: UserWithInitialPassword): AddedUserDto {
    const added = this.answers.managedUser(user);
    return initialPassword === undefined ? added : { ...added, InitialPassword: initialPassword };
  }
}

function withMoment<T extends { passwordExpires?: string }>(
  profile: T,
): Omit<T, 'passwordExpires'> & { passwordExpires?: Date } {
  const { passwordExpires, ...rest } = profile;
  return passwordExpires === undefined ? rest : { ...rest, passwordExpires: new Date(passwordExpires) };
}
