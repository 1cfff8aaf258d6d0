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
import {
  AddUserDto,
  ListUsersQueryDto,
  ResetPasswordDto,
  UpdateUserDto,
  UserReferenceDto,
} from './dto/manage-user.dto.js';
import { AddedUserDto, ManagedUserDto } from './dto/managed-user.dto.js';
import { UserResponses } from './user-responses.js';
import type { UserWithInitialPassword } from './initial-password.js';
import { UserSearch } from './user-search.js';
import { UserService } from './user.service.js';
import { withMoment } from './with-moment.js';

/** What administrators do with users. */
@ApiTags('Administration')
@Controller('user')
export class UserAdministrationController {
  constructor(
    private readonly users: UserService,
    private readonly search: UserSearch,
    private readonly answers: UserResponses,
  ) {}

  /**
   * Add a user
   *
   * @remarks Without a password, returns a one-time password, with which the user sets another by `POST /user/password`: a
   * login is refused until then. With the kind `service`, adds a service account, for programs that outlive a person.
   *
   * To try it again, take another name and another address.
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
   * @remarks Returns the users, newest first. `search` selects those whose username or e-mail address contains a text.
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
   * @remarks Changes the given fields and leaves the others. An administrator keeps the role while no other
   * one can log in.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('update')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UpdateUserDto>('id', 'firstname', 'lastname', 'roles')
  @Answers('The updated user', ['not_found', 'already_taken', 'last_administrator'])
  async updateUser(
    @CurrentActor() actor: Actor,
    @JsonBody() { id, ...profile }: UpdateUserDto,
  ): Promise<ManagedUserDto> {
    const userId = await this.search.idOf({ id });
    return this.answers.managedUser(await this.users.update(userId, withMoment(profile), actor));
  }

  /**
   * Disable a user
   *
   * @remarks The user can no longer log in. Their sessions and auth headers end at once and permanently.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('disable')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UserReferenceDto>('username')
  @Answers('The user was disabled', ['not_found', 'last_administrator'])
  async disableUser(@CurrentActor() actor: Actor, @JsonBody() user: UserReferenceDto): Promise<SuccessDto> {
    await this.users.disable(await this.search.idOf(user), actor);
    return SUCCESS;
  }

  /**
   * Enable a user
   *
   * @remarks The user can log in again, without their former sessions and auth headers.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('enable')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UserReferenceDto>('username')
  @Answers('The user was enabled', ['not_found'])
  async enableUser(@CurrentActor() actor: Actor, @JsonBody() user: UserReferenceDto): Promise<SuccessDto> {
    await this.users.enable(await this.search.idOf(user), actor);
    return SUCCESS;
  }

  /**
   * Unlock a user
   *
   * @remarks Resets the counts of wrong passwords, at both login routes and from every network, so that the user can try again
   * at once. The limit of each network over all users remains. Password, sessions and auth headers stay as they are.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('unlock')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UserReferenceDto>('username')
  @Answers('The user was unlocked', ['not_found'])
  async unlockUser(@CurrentActor() actor: Actor, @JsonBody() user: UserReferenceDto): Promise<SuccessDto> {
    await this.users.unlock(await this.search.idOf(user), actor);
    return SUCCESS;
  }

  /**
   * Reset a password
   *
   * @remarks Returns a one-time password, with which the user sets another by `POST /user/password`, and ends their sessions. Their auth
   * headers stay valid unless `endAuthHeaders` is true. A service account has no password to reset.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('reset')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<ResetPasswordDto>('username')
  @Answers('The one-time password', ['not_found'])
  async resetPassword(
    @CurrentActor() actor: Actor,
    @JsonBody() { endAuthHeaders = false, ...user }: ResetPasswordDto,
  ): Promise<AddedUserDto> {
    return this.describe(await this.users.reset(await this.search.idOf(user), endAuthHeaders, actor));
  }

  /**
   * Delete a user
   *
   * @remarks The user's sessions and auth headers end at once.
   *
   * To try it as it stands, first add the user of the example, with `POST /user/add`.
   */
  @Post('delete')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<UserReferenceDto>('username')
  @Answers('The user was deleted', ['not_found', 'last_administrator'])
  async deleteUser(@CurrentActor() actor: Actor, @JsonBody() user: UserReferenceDto): Promise<SuccessDto> {
    await this.users.delete(await this.search.idOf(user), actor);
    return SUCCESS;
  }

  private describe({ user, initialPassword }: UserWithInitialPassword): AddedUserDto {
    const added = this.answers.managedUser(user);
    return initialPassword === undefined ? added : { ...added, InitialPassword: initialPassword };
  }
}
