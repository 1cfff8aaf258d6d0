import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { Policy, type RoutePolicy } from '../http/route-policy.js';
import { HealthDto } from './dto/health.dto.js';
import { Readiness } from './readiness.js';

/** Some probes accept text only, and read no more than the status code. */
const FOR_PROBES: RoutePolicy = { negotiates: true, alternativeType: 'text/plain', isForProbes: true };

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /**
   * Liveness check
   *
   * @remarks Returns 200 while the process runs. A probe that accepts only `text/plain` gets that type.
   */
  @Public()
  @Get('live')
  @Policy(FOR_PROBES)
  @Answers('The process runs')
  getLiveness(): HealthDto {
    return { status: 'ok' };
  }

  /**
   * Readiness check
   *
   * @remarks Returns 200 while the server can serve every request, including those that write, and 503 otherwise.
   * A probe that accepts only `text/plain` gets that type.
   */
  @Public()
  @Get('ready')
  @Policy(FOR_PROBES)
  @Answers('The server can serve every request')
  async getReadiness(): Promise<HealthDto> {
    if (!(await this.readiness.isReady())) throw new ApiError('unavailable');
    return { status: 'ok' };
  }
}
