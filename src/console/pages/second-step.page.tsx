import { Injectable } from '@nestjs/common';
import type { PasskeyEnrolment } from '../../factor/passkey-method.js';
import type { TotpEnrolment } from '../../factor/totp-method.js';
import { SecondStepService } from '../../login/second-step.service.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import { type Complaints, Form } from '../parts/form.js';
import { PasskeyButton } from '../parts/passkey.js';
import { Enrolment, type Step } from '../parts/second-step.js';
import { proofIn } from '../passkey-field.js';
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
      async () => this.flow.end(visit, step.to, await this.steps.complete(step.token, proofIn(visit), visit.origin)),
      (complaints) => {
        if (visit.field('enrols') === 'totp') return appView(visit, step, undefined, complaints);
        return this.flow.secondStep(visit, { ...step, methods: visit.field('methods').split(' ') }, complaints);
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
    const kind = visit.field('method') === 'passkey' ? 'passkey' : 'totp';
    const enrolment = await this.steps.setUp(step.token, kind, visit.origin);
    return kind === 'totp'
      ? appView(visit, step, enrolment as TotpEnrolment)
      : passkeyView(visit, step, enrolment as PasskeyEnrolment);
  }
}

function stepOf(visit: Visit): Step {
  return { token: visit.field('token'), to: ownPage(visit.field('to')) };
}

function appView(
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

function passkeyView(visit: Visit, { token, to }: Step, { options }: PasskeyEnrolment): View {
  const { text } = visit;
  const body = (
    <>
      <p>{text('add_passkey_text')}</p>
      <Form visit={visit} to="/second-step">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="to" value={to} />
        <PasskeyButton visit={visit} label={text('set_up_passkey')} options={{ create: options }} isMain />
        <p>
          <a href={visit.url('/login')}>{text('begin_again')}</a>
        </p>
      </Form>
    </>
  );
  return { title: text('set_up_passkey'), body, usesPasskeys: true };
}
