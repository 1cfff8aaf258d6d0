import { Injectable } from '@nestjs/common';
import { FactorService } from '../../factor/factor.service.js';
import type { TotpEnrolment } from '../../factor/totp-method.js';
import { requestPipe } from '../../http/request.pipe.js';
import { ConfirmTotpDto, EnrolFactorDto } from '../../user/dto/factor.dto.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { recoveryCodesView } from '../parts/recovery-codes.js';
import { Enrolment } from '../parts/second-step.js';
import type { UserVisit } from '../visit.js';

const CONFIRM = '/factors/app/confirm';

/** Begins the enrolment of an app for codes. */
@Injectable()
export class AddAppPage {
  readonly path = '/factors/app';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(visit: UserVisit): View {
    return nameView(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const asked = { name: visit.field('name').trim() };
        const { name } = (await requestPipe.transform(asked, {
          type: 'body',
          metatype: EnrolFactorDto,
        })) as EnrolFactorDto;
        const { user } = visit.principal;
        const { token, ...enrolment } = await this.factors.enrol<TotpEnrolment>(user, 'totp', name);
        return enrolmentView(visit, token, enrolment);
      },
      (complaints) => nameView(visit, complaints),
    );
  }
}

/** Ends it with the first code of the app. */
@Injectable()
export class ConfirmAppPage {
  readonly path = CONFIRM;
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(): Answer {
    return { to: '/factors/app' };
  }

  submit(visit: UserVisit): Promise<Answer> {
    const token = visit.field('token');
    return orAgain(
      visit,
      async () => {
        const asked = { token, otp: visit.field('otp').trim() };
        const { otp } = (await requestPipe.transform(asked, {
          type: 'body',
          metatype: ConfirmTotpDto,
        })) as ConfirmTotpDto;
        const { user } = visit.principal;
        const { recoveryCodes } = await this.factors.confirm(user, 'totp', token, { otp }, visit.actor);
        const to = '/factors?done=factor_added';
        return recoveryCodes === undefined ? { to } : recoveryCodesView(visit, recoveryCodes, to);
      },
      (complaints) => enrolmentView(visit, token, undefined, complaints),
    );
  }
}

function nameView(visit: UserVisit, complaints?: Complaints): View {
  const { text } = visit;
  const body = (
    <>
      <p>{text('add_app_text')}</p>
      <Form visit={visit} to="/factors/app" complaints={complaints} labels={{ name: text('factor_name') }}>
        <Field
          name="name"
          label={text('factor_name')}
          hint={text('factor_name_hint')}
          complaints={complaints}
          input={{
            value: visit.field('name') || text('app_name'),
            maxLength: 100,
            required: true,
            autocomplete: 'off',
          }}
        />
        <Buttons label={text('continue')} back={{ url: visit.url('/factors'), label: text('cancel') }} />
      </Form>
    </>
  );
  return { title: text('add_app'), body };
}

function enrolmentView(
  visit: UserVisit,
  token: string,
  enrolment: TotpEnrolment | undefined,
  complaints?: Complaints,
): View {
  const body = (
    <Enrolment
      visit={visit}
      {...(enrolment && { enrolment })}
      to={CONFIRM}
      hidden={{ token }}
      complaints={complaints}
      again="/factors/app"
    />
  );
  return { title: visit.text('add_app'), body };
}
