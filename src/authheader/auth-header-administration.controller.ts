import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { CurrentActor } from '../auth/current-actor.decorator.js';
import { Requires } from '../auth/requires.decorator.js';
import { SUCCESS, SuccessDto } from '../http/dto/success.dto.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { ExampleFields } from '../http/openapi/example-fields.decorator.js';
import { linkNextPage } from '../http/paging.js';
import { JsonBody, QueryFields } from '../http/request-parts.decorators.js';
import { toManagedAuthHeaderDto } from './auth-header-responses.js';
import { textIn } from './dto/auth-header-reference.dto.js';
import { AuthHeaderOwners } from './auth-header-owners.js';
import { AuthHeaderService } from './authheader.service.js';
import { ListAllAuthHeadersQueryDto, ManagedAuthHeaderDto, RevokeAuthHeaderDto } from './dto/manage-auth-header.dto.js';

/** What administrators do with the auth headers of all users. */
@ApiTags('Administration')
@Controller('authheader')
export class AuthHeaderAdministrationController {
  constructor(
    private readonly authHeaders: AuthHeaderService,
    private readonly owners: AuthHeaderOwners,
  ) {}

  /**
   * List the auth headers of all users
   *
   * @remarks Returns the auth headers of all users, or of one, newest first, with masked values.
   */
  @Get('all')
  @Requires('admin')
  @Answers('The auth headers', [], nextPageHeader('/authheader/all'))
  async listAllAuthHeaders(
    @QueryFields() { userId, username, expiresWithinDays, ...request }: ListAllAuthHeadersQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ManagedAuthHeaderDto[]> {
    const ownerId = await this.owners.idOf({ userId, username });
    const page = await this.authHeaders.listAll(ownerId, expiresWithinDays, request);
    linkNextPage(reply, page);
    return page.rows.map(toManagedAuthHeaderDto);
  }

  /**
   * Revoke an auth header of any user
   *
   * @remarks Like `POST /authheader/delete`, for the auth headers of all users. A leaked token can be revoked by its value,
   * without knowing its owner.
   *
   * To try it, take an `id` or a `token` from `GET /authheader/all`.
   */
  @Post('revoke')
  @HttpCode(200)
  @Requires('admin')
  @ExampleFields<RevokeAuthHeaderDto>('text')
  @Answers('The auth header was revoked', ['not_found'])
  async revokeAuthHeader(@CurrentActor() actor: Actor, @JsonBody() body: RevokeAuthHeaderDto): Promise<SuccessDto> {
    await this.authHeaders.revokeOfAny(textIn(body), actor);
    return SUCCESS;
  }
}
