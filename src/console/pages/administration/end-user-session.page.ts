import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../errors/api-error.js';
import { readId } from '../../../http/id.js';
import { message } from '../../../i18n/message.js';
import { SessionEnding } from '../../../session/session-ending.js';
import type { Answer } from '../../page.js';
import { givenId } from '../../user-in.js';
import type { UserVisit } from '../../visit.js';

/** Ends one session of a user. */
@Injectable()
export class EndUserSessionPage {
  readonly path = '/users/end-session';
  readonly access = 'administrator';
  readonly partOf = '/users';

  constructor(private readonly ending: SessionEnding) {}

  async submit(visit: UserVisit): Promise<Answer> {
    const [userId, sessionId] = [givenId(visit), readId(visit.field('session'))];
    const hasEnded = sessionId !== undefined && (await this.ending.end(userId, sessionId, visit.actor));
    if (!hasEnded) throw new ApiError('not_found', { message: message('no_such_session') });
    return { to: `/users/show?id=${userId}&done=session_ended` };
  }
}
