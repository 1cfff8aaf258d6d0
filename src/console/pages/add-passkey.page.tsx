import { Injectable } from '@nestjs/common';
import { FactorService } from '../../factor/factor.service.js';
import type { PasskeyEnrolment } from '../../factor/passkey-method.js';
import { checkedAs } from '../../http/request.pipe.js';
import { EnrolFactorDto } from '../../user/dto/factor.dto.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { type Complaints, Form } from '../parts/form.js';
import { factorNameView } from '../parts/factor-name.js';
import { PasskeyButton } from '../parts/passkey.js';
import { recoveryCodesView } from '../parts/recovery-codes.js';
import { passkeyIn } from '../passkey-field.js';
import type { UserVisit } from '../visit.js';

const CONFIRM = '/factors/passkey/confirm';

/** Begins the enrolment of a passkey. */
@Injectable()
export class AddPasskeyPage {
  readonly path = '/factors/passkey';
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
        return enrolmentView(visit, await this.factors.enrol<PasskeyEnrolment>(visit.principal.user, 'passkey', name));
      },
      (complaints) => nameView(visit, complaints),
    );
  }
}

/** Ends it with the answer of the browser. */
@Injectable()
export class ConfirmPasskeyPage {
  readonly path = CONFIRM;
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(): Answer {
    return { to: '/factors/passkey' };
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const proof = { passkey: passkeyIn(visit) };
        const { user } = visit.principal;
        const { recoveryCodes } = await this.factors.confirm(user, 'passkey', visit.field('token'), proof, visit.actor);
        const to = '/factors?done=factor_added';
        return recoveryCodes === undefined ? { to } : recoveryCodesView(visit, recoveryCodes, to);
      },
      (complaints) => nameView(visit, complaints),
    );
  }
}

function nameView(visit: UserVisit, complaints?: Complaints): View {
  const { text } = visit;
  return factorNameView(
    visit,
    {
      to: '/factors/passkey',
      title: text('add_passkey'),
      explanation: text('add_passkey_text'),
      name: text('passkey_name'),
    },
    complaints,
  );
}

function enrolmentView(visit: UserVisit, { token, options }: PasskeyEnrolment & { readonly token: string }): View {
  const { text } = visit;
  const body = (
    <>
      <p>{text('add_passkey_text')}</p>
      <Form visit={visit} to={CONFIRM}>
        <input type="hidden" name="token" value={token} />
        <PasskeyButton visit={visit} label={text('add_passkey')} options={{ create: options }} isMain />
        <p>
          <a href={visit.url('/factors')}>{text('cancel')}</a>
        </p>
      </Form>
    </>
  );
  return { title: text('add_passkey'), body, usesPasskeys: true };
}
