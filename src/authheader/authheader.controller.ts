import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/current-principal.decorator.js';
import { Principal } from '../auth/principal.js';
import { Requires } from '../auth/requires.decorator.js';
import { Answers } from '../docs/answers.decorator.js';
import { utcSeconds } from '../http/utc-seconds.js';
import { AuthHeaderService, type ShownAuthHeader } from './authheader.service.js';
import { AddAuthHeaderDto } from './dto/add-auth-header.dto.js';
import { AddedAuthHeaderDto, AuthHeaderDto } from './dto/auth-header.dto.js';
import { DeleteAuthHeaderDto } from './dto/delete-auth-header.dto.js';
import { DeletedAuthHeaderDto } from './dto/deleted-auth-header.dto.js';

@ApiTags('Auth headers')
@Controller('authheader')
export class AuthHeaderController {
  constructor(private readonly authHeaders: AuthHeaderService) {}

  /**
   * Make an auth header
   *
   * @remarks Answers a new, named, long-lived token for a program. Keep it as you keep a password.
   */
  @Post('add')
  @HttpCode(200)
  @Requires('authheader:manage')
  @Answers('Auth header created successfully')
  async add(@CurrentPrincipal() principal: Principal, @Body() body: AddAuthHeaderDto): Promise<AddedAuthHeaderDto> {
    const { name, scopes, expires } = body;
    const made = { name, scopes, expires: expires === undefined ? undefined : new Date(expires) };
    return describeAdded(await this.authHeaders.add(principal, made));
  }

  /**
   * List your auth headers
   *
   * @remarks Answers all of them, newest first. Only a JWT is shown their values.
   */
  @Get('list')
  @Answers('List of auth headers')
  async list(@CurrentPrincipal() principal: Principal): Promise<AuthHeaderDto[]> {
    return (await this.authHeaders.list(principal)).map(describeListed);
  }

  /**
   * Delete an auth header
   *
   * @remarks From the moment of the answer, the token is refused everywhere.
   */
  @Post('delete')
  @HttpCode(200)
  @Requires('authheader:manage')
  @Answers('Auth header deleted successfully', ['not_found'])
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Body() { text }: DeleteAuthHeaderDto,
  ): Promise<DeletedAuthHeaderDto> {
    await this.authHeaders.delete(principal, text);
    return { message: 'Success' };
  }
}

function describeAdded({ authHeader, token }: ShownAuthHeader): AddedAuthHeaderDto {
  const { id, name, created, expires, scopes } = authHeader;
  return {
    id,
    name,
    token,
    created: utcSeconds(created),
    ...(expires === null ? {} : { expires: utcSeconds(expires) }),
    scopes,
  };
}

function describeListed(shown: ShownAuthHeader): AuthHeaderDto {
  const { lastUsed } = shown.authHeader;
  return { ...describeAdded(shown), ...(lastUsed === null ? {} : { lastUsed: utcSeconds(lastUsed) }) };
}
