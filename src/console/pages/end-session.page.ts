import { Injectable } from '@nestjs/common';
import { ApiError } from '../../errors/api-error.js';
import { readId } from '../../http/id.js';
import { message } from '../../i18n/message.js';
import { SessionEnding } from '../../session/session-ending.js';
import type { Answer } from '../page.js';
import type { UserVisit } from '../visit.js';

/** Ends one of the user's sessions. */
@Injectable()
export class EndSessionPage {
  readonly path = '/sessions/end';
  readonly access = 'user';
  readonly partOf = '/sessions';

  constructor(private readonly ending: SessionEnding) {}

  async submit(visit: UserVisit): Promise<Answer> {
    const id = readId(visit.field('id'));
    const hasEnded = id !== undefined && (await this.ending.end(visit.principal.userId, id, visit.actor));
    if (!hasEnded) throw new ApiError('not_found', { message: message('no_such_session') });
    return { to: '/sessions?done=session_ended' };
  }
}

/** Ends every session of the user but this one. */
@Injectable()
export class EndOtherSessionsPage {
  readonly path = '/sessions/end-others';
  readonly access = 'user';
  readonly partOf = '/sessions';

  constructor(private readonly ending: SessionEnding) {}

  async submit(visit: UserVisit): Promise<Answer> {
    await this.ending.endOthers(visit.principal.userId, visit.visitor.sessionId, visit.actor);
    return { to: '/sessions?done=other_sessions_ended' };
  }
}
