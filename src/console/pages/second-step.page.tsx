import { Injectable } from '@nestjs/common';
import type { TotpEnrolment } from '../../factor/totp-method.js';
import { SecondStepService } from '../../login/second-step.service.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import type { Complaints } from '../parts/form.js';
import { Enrolment, secondStepView, type Step } from '../parts/second-step.js';
import type { Visit } from '../visit.js';

/** Where an address of the second step leads that is opened without its login. */
const BEGINNING: Answer = { to: '/login' };

/** Ends a login by the proof of a second factor, or by that of the factor which was set up with it. */
@Injectable()
export class SecondStepPage {
  readonly path = '/second-step';
  readonly access = 'everybody';

  constructor(
    private readonly steps: SecondStepService,
    private readonly flow: LoginFlow,
  ) {}

  show(): Answer {
    return BEGINNING;
  }

  submit(visit: Visit): Promise<Answer> {
    const step = stepOf(visit);
    return orAgain(
      visit,
      async () => {
        const loggedIn = await this.steps.complete(step.token, { otp: visit.field('otp').trim() }, visit.origin);
        return this.flow.end(visit, step.to, loggedIn);
      },
      (complaints) => {
        const methods = visit.field('methods').split(' ');
        return visit.field('enrols') === 'totp'
          ? setUpView(visit, step, undefined, complaints)
          : secondStepView(visit, { ...step, methods }, complaints);
      },
    );
  }
}

/** Begins the set-up of a second factor that the login demands. */
@Injectable()
export class SetUpPage {
  readonly path = '/second-step/set-up';
  readonly access = 'everybody';

  constructor(private readonly steps: SecondStepService) {}

  show(): Answer {
    return BEGINNING;
  }

  async submit(visit: Visit): Promise<Answer> {
    const step = stepOf(visit);
    return setUpView(visit, step, (await this.steps.setUp(step.token, 'totp', visit.origin)) as TotpEnrolment);
  }
}

function stepOf(visit: Visit): Step {
  return { token: visit.field('token'), to: ownPage(visit.field('to')) };
}

function setUpView(
  visit: Visit,
  { token, to }: Step,
  enrolment: TotpEnrolment | undefined,
  complaints?: Complaints,
): View {
  const body = (
    <Enrolment
      visit={visit}
      {...(enrolment && { enrolment })}
      to="/second-step"
      hidden={{ token, to, enrols: 'totp' }}
      complaints={complaints}
      again="/login"
    />
  );
  return { title: visit.text('set_up_app'), body };
}
