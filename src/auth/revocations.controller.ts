import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/openapi/answers.decorator.js';
import { QueryFields } from '../http/request-parts.decorators.js';
import type { Revocation } from '../revocation/revocation.js';
import { RevocationFollowers } from '../revocation/revocation-followers.js';
import { ListRevocationsQueryDto, RevocationsDto } from './dto/revocations.dto.js';

@ApiTags('Integration')
@Controller('auth')
export class RevocationsController {
  constructor(private readonly followers: RevocationFollowers) {}

  /**
   * Follow revocations
   *
   * @remarks For a service that caches checks, such as the guard library: tells by ids what was revoked since the previous
   * response. It returns at once if anything was or a thousand others wait, and else after `waitMs`. Ask again after each response, and trust no cached
   * check while the last response tells of a moment more than a second ago: 503 and a lost connection count as no response.
   *
   * A request counts for the rate limit of its auth header, so follow with one that has none.
   */
  @Get('revocations')
  @Answers('What was revoked')
  async listRevocations(@QueryFields() { after, waitMs = 0 }: ListRevocationsQueryDto): Promise<RevocationsDto> {
    const { revocations, ...news } = await this.followers.newsAfter(after, waitMs);
    return { ...news, ...idsOf(revocations) };
  }
}

function idsOf(revocations: readonly Revocation[]): Omit<RevocationsDto, 'after' | 'knownUntilMs'> {
  const [users, sessions, authHeaders] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let [everything, signingKeys] = [false, false];
  for (const revocation of revocations) {
    if (revocation.kind === 'user') users.add(revocation.userId);
    else if (revocation.kind === 'session') sessions.add(revocation.sessionId);
    else if (revocation.kind === 'auth-header') authHeaders.add(revocation.authHeaderId);
    else if (revocation.kind === 'signing-keys') signingKeys = true;
    else everything = true;
  }
  return { everything, signingKeys, users: [...users], sessions: [...sessions], authHeaders: [...authHeaders] };
}
