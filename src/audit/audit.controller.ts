import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from '../auth/requires.decorator.js';
import { Answers, nextPageHeader } from '../http/openapi/answers.decorator.js';
import { linkNextPage } from '../http/paging.js';
import { QueryFields } from '../http/request-parts.decorators.js';
import { describeAuditEvent } from './audit-answers.js';
import { AuditService } from './audit.service.js';
import { AuditEventDto, ListAuditQueryDto } from './dto/audit-event.dto.js';

@ApiTags('Administration')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /**
   * List what happened
   *
   * @remarks Answers the events, newest first. No call alters one; they are removed after `AUDIT_RETENTION_DAYS`.
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
    return page.rows.map(describeAuditEvent);
  }
}
