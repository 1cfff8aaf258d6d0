import { Injectable } from '@nestjs/common';
import { ConsoleSessions } from '../console-sessions.js';
import type { Answer } from '../page.js';
import type { Visit } from '../visit.js';

/** Ends the session of this browser. */
@Injectable()
export class LogoutPage {
  readonly path = '/logout';
  readonly access = 'everybody';

  constructor(private readonly sessions: ConsoleSessions) {}

  /** A person who types the address sees the first page; only a form of this console logs out. */
  show(): Answer {
    return { to: '' };
  }

  async submit(visit: Visit): Promise<Answer> {
    await this.sessions.leave(visit);
    return { to: '/login?done=logged_out' };
  }
}
