import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from '../auth/requires.decorator.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { linkNextPage } from '../http/paging.js';
import { QueryFields } from '../http/request-parts.decorators.js';
import { toAuditEventDto } from './audit-responses.js';
import { AuditService } from './audit.service.js';
import { AuditEventDto, ListAuditQueryDto } from './dto/audit-event.dto.js';

@ApiTags('Administration')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /**
   * List audit events
   *
   * @remarks Returns the events, newest first. They are immutable, and deleted after `AUDIT_RETENTION_DAYS`. `throttled`
   * attempts add one event for each exhausted budget, and then their number from time to time, in `detail`. So do refused uses
   * of a credential that belongs to somebody, `credential.refuse`, for each credential, reason and hour.
   */
  @Get('list')
  @Requires('admin')
  @Answers('The events', [], nextPageHeader('/audit/list'))
  async listAuditEvents(
    @QueryFields() { limit, cursor, ...filter }: ListAuditQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEventDto[]> {
    const page = await this.audit.list(filter, { limit, cursor });
    linkNextPage(reply, page);
    return page.rows.map(toAuditEventDto);
  }
}
