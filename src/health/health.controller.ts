import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { DatabaseHealth } from '../database/database-health.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { SigningKeys } from '../session/signing-keys.js';
import { HealthDto } from './dto/health.dto.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly keys: SigningKeys,
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
    if (!this.keys.hasActive() || !(await this.database.isWell())) throw new ApiError('unavailable');
    return { status: 'ok' };
  }
}
