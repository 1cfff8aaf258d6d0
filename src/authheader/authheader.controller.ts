import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { Requires } from '../auth/requires.decorator.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { linkNextPage } from '../http/paging.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import { AuthHeaderChanges, changeIn } from './auth-header-changes.js';
import { AuthHeaderOwners } from './auth-header-owners.js';
import { toAddedAuthHeaderDto, toAuthHeaderDto, toRotatedAuthHeaderDto } from './auth-header-responses.js';
import { AuthHeaderService } from './authheader.service.js';
import { authHeaderIn } from './new-auth-header.js';
import { AddAuthHeaderDto } from './dto/add-auth-header.dto.js';
import { AddedAuthHeaderDto, AuthHeaderDto, RotatedAuthHeaderDto } from './dto/auth-header.dto.js';
import { textIn } from './dto/auth-header-reference.dto.js';
import { DeleteAuthHeaderDto } from './dto/delete-auth-header.dto.js';
import { ListAuthHeadersQueryDto } from './dto/list-auth-headers.dto.js';
import { RotateAuthHeaderDto } from './dto/rotate-auth-header.dto.js';
import { UpdateAuthHeaderDto } from './dto/update-auth-header.dto.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';

@ApiTags('Auth headers')
@Controller('authheader')
export class AuthHeaderController {
  constructor(
    private readonly authHeaders: AuthHeaderService,
    private readonly changes: AuthHeaderChanges,
    private readonly owners: AuthHeaderOwners,
  ) {}

  /**
   * Create an auth header
   *
   * @remarks Returns a new, named, long-lived token for a program. Store it like a password. An auth header can create only
   * auth headers within its own scopes, networks and expiry. Omitted networks and expiry are copied from it, scopes are not.
   * One with a rate limit creates none. The JWT of an administrator can create one for a service account, which it names by
   * `userId` or `username`, and gets the only sight of its token. The scope `admin` requires the role `admin` of the owner.
   */
  @Post('add')
  @HttpCode(200)
  @Requires('authheader:manage')
  @ExampleFields<AddAuthHeaderDto>('name', 'scopes')
  @Answers('Auth header created successfully')
  async addAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() body: AddAuthHeaderDto,
  ): Promise<AddedAuthHeaderDto> {
    const delegation = await this.owners.delegationOf(principal, body);
    return toAddedAuthHeaderDto(await this.authHeaders.add(delegation, authHeaderIn(body), actor));
  }

  /**
   * List your auth headers
   *
   * @remarks Returns your auth headers, newest first. Only a JWT sees their values. A value that the server cannot decrypt is masked. The JWT of an administrator
   * can list those of any user, which it names by `userId` or `username`, with masked values.
   */
  @Get('list')
  @Answers('List of auth headers', [], nextPageHeader('/authheader/list'))
  async listAuthHeaders(
    @CurrentPrincipal() principal: Principal,
    @QueryFields() { expiresWithinDays, limit, cursor, ...owner }: ListAuthHeadersQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthHeaderDto[]> {
    const delegation = await this.owners.delegationOf(principal, owner);
    const page = await this.authHeaders.list(delegation, expiresWithinDays, { limit, cursor });
    linkNextPage(reply, page);
    return page.rows.map(toAuthHeaderDto);
  }

  /**
   * Rotate an auth header
   *
   * @remarks Returns a new token with the same id, name, scopes and networks. The old token stays valid until the overlap
   * ends, until it is deleted, or until the next rotation: a token that was rotated twice is refused. An auth header can rotate only auth headers within its own scopes, networks and expiry; otherwise the error names
   * the scope, `allowedIps` or `expires`. One with a rate limit can rotate only itself. An expiry beyond `AUTHHEADER_MAX_AGE_DAYS` from now is shortened to
   * that, and a missing one is set to it. The JWT of an administrator can rotate that of a service account, which it names by
   * `userId` or `username`.
   *
   * To try it, take an `id` or a `token` from `GET /authheader/list`.
   */
  @Post('rotate')
  @HttpCode(200)
  @Requires('authheader:manage')
  @ExampleFields<RotateAuthHeaderDto>('text', 'overlapSeconds')
  @Answers('The new token', ['not_found'])
  async rotateAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() body: RotateAuthHeaderDto,
  ): Promise<RotatedAuthHeaderDto> {
    const delegation = await this.owners.delegationOf(principal, body);
    const { overlapSeconds = 0 } = body;
    return toRotatedAuthHeaderDto(await this.authHeaders.rotate(delegation, textIn(body), overlapSeconds, actor));
  }

  /**
   * Change an auth header
   *
   * @remarks Changes the given fields and leaves the others, and the token. The change applies from the response on, and
   * within a second on other processes. An auth header can change scopes, networks and expiry only to what is within its own,
   * and one with a rate limit changes none. Requests of the current window still count against a new rate limit if the length
   * of the window stays the same. One that has expired cannot be changed. The JWT of an administrator can change that of any user,
   * which it names by `userId` or `username`; that of a person only to narrower scopes, networks and expiry.
   *
   * To try it, take an `id` or a `token` from `GET /authheader/list`.
   */
  @Post('update')
  @HttpCode(200)
  @Requires('authheader:manage')
  @ExampleFields<UpdateAuthHeaderDto>('text', 'name', 'expires', 'rateLimit')
  @Answers('The auth header', ['not_found'])
  async updateAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() body: UpdateAuthHeaderDto,
  ): Promise<AuthHeaderDto> {
    const delegation = await this.owners.delegationOf(principal, body);
    return toAuthHeaderDto(await this.changes.update(delegation, textIn(body), changeIn(body), actor));
  }

  /**
   * Delete an auth header
   *
   * @remarks The token is refused everywhere from the moment of the response. During the overlap of a rotation, the old
   * token or its masked form ends the old token only; the new token or the id ends both. The JWT of an administrator can delete
   * that of any user, which it names by `userId` or `username`.
   *
   * To try it, take an `id` or a `token` from `GET /authheader/list`.
   */
  @Post('delete')
  @HttpCode(200)
  @Requires('authheader:manage')
  @ExampleFields<DeleteAuthHeaderDto>('text')
  @Answers('Auth header deleted successfully', ['not_found'])
  async deleteAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() body: DeleteAuthHeaderDto,
  ): Promise<SuccessDto> {
    await this.authHeaders.revoke(await this.owners.delegationOf(principal, body), textIn(body), actor);
    return SUCCESS;
  }
}
