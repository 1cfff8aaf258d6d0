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
import { toAddedAuthHeaderDto, toAuthHeaderDto, toRotatedAuthHeaderDto } from './auth-header-responses.js';
import { AuthHeaderService } from './authheader.service.js';
import { AddAuthHeaderDto } from './dto/add-auth-header.dto.js';
import { AddedAuthHeaderDto, AuthHeaderDto, RotatedAuthHeaderDto } from './dto/auth-header.dto.js';
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
  ) {}

  /**
   * Create an auth header
   *
   * @remarks Returns a new, named, long-lived token for a program. Store it like a password. An auth header can create only
   * auth headers within its own scopes, networks and expiry. Omitted networks and expiry are copied from it, scopes are not.
   * One with a rate limit creates none.
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
    const { expires, ...rest } = body;
    const wanted = { ...rest, expires: expires === undefined ? undefined : new Date(expires) };
    return toAddedAuthHeaderDto(await this.authHeaders.add(principal, wanted, actor));
  }

  /**
   * List your auth headers
   *
   * @remarks Returns your auth headers, newest first. Only a JWT sees their values. A value that the server cannot decrypt is masked.
   */
  @Get('list')
  @Answers('List of auth headers', [], nextPageHeader('/authheader/list'))
  async listAuthHeaders(
    @CurrentPrincipal() principal: Principal,
    @QueryFields() { expiresWithinDays, ...request }: ListAuthHeadersQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuthHeaderDto[]> {
    const page = await this.authHeaders.list(principal, expiresWithinDays, request);
    linkNextPage(reply, page);
    return page.rows.map(toAuthHeaderDto);
  }

  /**
   * Rotate an auth header
   *
   * @remarks Returns a new token with the same id, name, scopes and networks. The old token stays valid until the overlap
   * ends, until it is deleted, or until the next rotation: a token that was rotated twice is refused. An auth header can rotate only auth headers within its own scopes, networks and expiry; otherwise the error names
   * the scope, `allowedIps` or `expires`. One with a rate limit can rotate only itself. An expiry beyond `AUTHHEADER_MAX_AGE_DAYS` from now is shortened to
   * that, and a missing one is set to it.
   */
  @Post('rotate')
  @HttpCode(200)
  @Requires('authheader:manage')
  @Answers('The new token', ['not_found'])
  async rotateAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { text, overlapSeconds = 0 }: RotateAuthHeaderDto,
  ): Promise<RotatedAuthHeaderDto> {
    return toRotatedAuthHeaderDto(await this.authHeaders.rotate(principal, text, overlapSeconds, actor));
  }

  /**
   * Change an auth header
   *
   * @remarks Changes the given fields and leaves the others, and the token. The change applies from the response on, and
   * within a second on other processes. An auth header can change scopes, networks and expiry only to what is within its own,
   * and one with a rate limit changes none. Requests of the current window still count against a new rate limit if the length
   * of the window stays the same. One that has expired cannot be changed.
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
    return toAuthHeaderDto(await this.changes.update(principal, body.text, changeIn(body), actor));
  }

  /**
   * Delete an auth header
   *
   * @remarks The token is refused everywhere from the moment of the response. During the overlap of a rotation, the old
   * token or its masked form ends the old token only; the new token or the id ends both.
   */
  @Post('delete')
  @HttpCode(200)
  @Requires('authheader:manage')
  @Answers('Auth header deleted successfully', ['not_found'])
  async deleteAuthHeader(
    @CurrentPrincipal() principal: Principal,
    @CurrentActor() actor: Actor,
    @JsonBody() { text }: DeleteAuthHeaderDto,
  ): Promise<SuccessDto> {
    await this.authHeaders.revoke(principal.userId, text, actor);
    return SUCCESS;
  }
}
