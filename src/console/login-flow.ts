import { Injectable } from '@nestjs/common';
import { SecondFactorRequired } from '../login/factor-step.js';
import { ApiError } from '../errors/api-error.js';
import { PasskeyMethod } from '../factor/passkey-method.js';
import { PasskeyLoginService } from '../login/passkey-login.service.js';
import type { LoggedInUser } from '../login/login.service.js';
import { ConsoleSessions } from './console-sessions.js';
import type { Answer, View } from './page.js';
import type { Complaints } from './parts/form.js';
import { recoveryCodesView } from './parts/recovery-codes.js';
import { secondStepView, setUpChoiceView, type Step, type StepMethods } from './parts/second-step.js';
import type { Visit } from './visit.js';

/** Leads from a right password to the page that was asked for, by way of the second factor where one is needed. */
@Injectable()
export class LoginFlow {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly passkeys: PasskeyLoginService,
    private readonly method: PasskeyMethod,
  ) {}

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
      const step = { token, to, methods };
      return error.code === 'second_factor_setup_required'
        ? setUpChoiceView(visit, step)
        : this.secondStep(visit, step);
    }
  }

  /** The page of the second step. @param complaints what was wrong the last time */
  async secondStep(visit: Visit, step: Step & StepMethods, complaints?: Complaints): Promise<View> {
    const isOffered = step.methods.includes('passkey') && this.method.isUsable;
    if (!isOffered) return secondStepView(visit, step, complaints);
    try {
      const { options } = await this.passkeys.beginSecondStep(step.token, visit.origin);
      return secondStepView(visit, { ...step, passkey: options }, complaints);
    } catch (error) {
      // The passkeys of the user are for another address, or the token is worth nothing any more, which the complaint says.
      if (error instanceof ApiError && error.status < 500) return secondStepView(visit, step, complaints);
      throw error;
    }
  }

  /** Ends a login. Codes that are shown once come before the page. */
  async end(visit: Visit, to: string, loggedIn: LoggedInUser): Promise<Answer> {
    await this.sessions.enter(visit, loggedIn);
    const { recoveryCode, recoveryCodes = recoveryCode === undefined ? undefined : [recoveryCode] } = loggedIn;
    return recoveryCodes === undefined ? { to } : recoveryCodesView(visit, recoveryCodes, to);
  }
}
