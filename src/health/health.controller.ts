import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { DatabaseHealth } from '../database/database-health.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { SigningKeys } from '../signing-keys/signing-keys.js';
import { HealthDto } from './dto/health.dto.js';
import { StartProgress } from './start-progress.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly keys: SigningKeys,
    private readonly start: StartProgress,
  ) {}

  /**
   * Liveness check
   *
   * @remarks Returns 200 while the process runs.
   */
  @Public()
  @Get('live')
  @Answers('The process runs')
  getLiveness(): HealthDto {
    return { status: 'ok' };
  }

  /**
   * Readiness check
   *
   * @remarks Returns 200 while the server can serve every request, including those that write, and 503 otherwise.
   */
  @Public()
  @Get('ready')
  @Answers('The server can serve every request')
  async getReadiness(): Promise<HealthDto> {
    const hasStarted = this.start.isOver && this.keys.hasActive();
    if (!hasStarted || !(await this.database.isWell())) throw new ApiError('unavailable');
    return { status: 'ok' };
  }
}
