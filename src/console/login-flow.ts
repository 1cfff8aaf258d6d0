import { Injectable } from '@nestjs/common';
import { SecondFactorRequired } from '../login/factor-step.js';
import type { LoggedInUser } from '../login/login.service.js';
import { ConsoleSessions } from './console-sessions.js';
import type { Answer } from './page.js';
import { recoveryCodesView } from './parts/recovery-codes.js';
import { secondStepView, setUpChoiceView } from './parts/second-step.js';
import type { Visit } from './visit.js';

/** Leads from a right password to the page that was asked for, by way of the second factor where one is needed. */
@Injectable()
export class LoginFlow {
  constructor(private readonly sessions: ConsoleSessions) {}

  /**
   * @param to the page to go to after the login
   * @param logIn the first step. @throws what it throws, but for the demand of a second factor
   */
  async begin(visit: Visit, to: string, logIn: () => Promise<LoggedInUser>): Promise<Answer> {
    try {
      return await this.end(visit, to, await logIn());
    } catch (error) {
      if (!(error instanceof SecondFactorRequired) || error.secondFactor === undefined) throw error;
      const { token, methods } = error.secondFactor;
      const step = { token, to };
      return error.code === 'second_factor_setup_required'
        ? setUpChoiceView(visit, step)
        : secondStepView(visit, { ...step, methods: [...methods] });
    }
  }

  /** Ends a login. Codes that are shown once come before the page. */
  async end(visit: Visit, to: string, loggedIn: LoggedInUser): Promise<Answer> {
    await this.sessions.enter(visit, loggedIn);
    const { recoveryCode, recoveryCodes = recoveryCode === undefined ? undefined : [recoveryCode] } = loggedIn;
    return recoveryCodes === undefined ? { to } : recoveryCodesView(visit, recoveryCodes, to);
  }
}
