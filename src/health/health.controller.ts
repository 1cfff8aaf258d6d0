import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Public } from '../auth/public.decorator.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { ApiError } from '../errors/api-error.js';
import { SigningKeys } from '../session/signing-keys.js';
import { HealthDto } from './dto/health.dto.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
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
   * @remarks Answers 200 once the server can answer every call, and 503 while it cannot.
   */
  @Public()
  @Get('ready')
  @Answers('It can answer every call')
  async getReadiness(): Promise<HealthDto> {
    if (!this.keys.hasActive()) throw new ApiError('unavailable');
    try {
      // Reads a table, not a constant: an unreadable file would still answer the latter.
      await this.dataSource.query('SELECT id FROM signing_key LIMIT 1');
    } catch {
      throw new ApiError('unavailable');
    }
    return { status: 'ok' };
  }
}
