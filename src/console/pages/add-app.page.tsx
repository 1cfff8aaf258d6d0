import { Injectable } from '@nestjs/common';
import { FactorService } from '../../factor/factor.service.js';
import type { TotpEnrolment } from '../../factor/totp-method.js';
import { checkedAs } from '../../http/request.pipe.js';
import { ConfirmTotpDto, EnrolFactorDto } from '../../user/dto/factor.dto.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { factorNameView } from '../parts/factor-name.js';
import type { Complaints } from '../parts/form.js';
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
        const { name } = await checkedAs(asked, EnrolFactorDto);
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
        const { otp } = await checkedAs(asked, ConfirmTotpDto);
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
  return factorNameView(
    visit,
    { to: '/factors/app', title: text('add_app'), explanation: text('add_app_text'), name: text('app_name') },
    complaints,
  );
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
