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
   * Ask whether the process runs
   *
   * @remarks Answers 200 while it does.
   */
  @Public()
  @Get('live')
  @Answers('It runs')
  getLiveness(): HealthDto {
    return { status: 'ok' };
  }

  /**
   * Ask whether every call can be answered
   *
   * @remarks Answers 200 while the server can answer every call, those that write included, and 503 while it cannot.
   */
  @Public()
  @Get('ready')
  @Answers('It can answer every call')
  async getReadiness(): Promise<HealthDto> {
    const hasStarted = this.start.isOver && this.keys.hasActive();
    if (!hasStarted || !(await this.database.isWell())) throw new ApiError('unavailable');
    return { status: 'ok' };
  }
}
