import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { checkedAs } from '../../http/request.pipe.js';
import { PasswordResetService } from '../../login/password-reset.service.js';
import { ResetForgottenPasswordDto } from '../../user/dto/password-reset.dto.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Box, Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { recoveryCodesView } from '../parts/recovery-codes.js';
import type { Visit } from '../visit.js';

const DONE = '/login?done=password_reset';

/** Where the link of a mail leads that resets a password. To open it changes nothing: scanners of mails open every link. */
@Injectable()
export class ResetPage {
  readonly path = '/reset';
  readonly access = 'everybody';

  constructor(
    private readonly resets: PasswordResetService,
    private readonly settings: Settings,
  ) {}

  show(visit: Visit): View {
    return this.view(visit);
  }

  submit(visit: Visit): Promise<Answer> {
    const otp = visit.field('otp').trim();
    return orAgain(
      visit,
      async () => {
        const { endAuthHeaders = false, ...reset } = await checkedAs(
          {
            token: visit.field('token'),
            newPassword: visit.field('newPassword'),
            endAuthHeaders: visit.isTicked('endAuthHeaders'),
            ...(otp === '' ? {} : { otp }),
          },
          ResetForgottenPasswordDto,
        );
        const { recoveryCode } = await this.resets.reset({ ...reset, endAuthHeaders }, visit.origin);
        return recoveryCode === undefined ? { to: DONE } : recoveryCodesView(visit, [recoveryCode], DONE);
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private view(visit: Visit, complaints?: Complaints): View {
    const { text } = visit;
    const labels = { newPassword: text('new_password'), otp: text('reset_code') };
    const body = (
      <>
        <p>{text('reset_text')}</p>
        <Form visit={visit} to="/reset" complaints={complaints} labels={labels}>
          <input type="hidden" name="token" value={visit.field('token')} />
          <Field
            name="newPassword"
            label={labels.newPassword}
            hint={text('new_password_hint', { count: this.settings.passwordMinLength })}
            complaints={complaints}
            input={{ type: 'password', autocomplete: 'new-password', required: true }}
          />
          <Field
            name="otp"
            label={labels.otp}
            hint={text('reset_code_hint')}
            complaints={complaints}
            input={{ autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: false, dir: 'ltr' }}
          />
          <Box
            name="endAuthHeaders"
            label={text('end_auth_headers')}
            hint={text('end_auth_headers_hint')}
            isTicked={visit.isTicked('endAuthHeaders')}
          />
          <Buttons label={text('reset')} back={{ url: visit.url('/login'), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('reset'), body, hasSecretAddress: true };
  }
}
