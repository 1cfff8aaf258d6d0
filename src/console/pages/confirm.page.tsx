import { Injectable } from '@nestjs/common';
import { FactorService } from '../../factor/factor.service.js';
import { LoginService } from '../../login/login.service.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { KnownName } from '../parts/known-name.js';
import { PasskeyForm, PasskeyOffer } from './passkey-login.page.js';
import type { UserVisit } from '../visit.js';

/** Asks a user who is logged in for the password again. This is a new login, so a stolen cookie is worth nothing after it. */
@Injectable()
export class ConfirmPage {
  readonly path = '/confirm';
  readonly access = 'user';

  constructor(
    private readonly logins: LoginService,
    private readonly flow: LoginFlow,
    private readonly passkeys: PasskeyOffer,
    private readonly factors: FactorService,
  ) {}

  async show(visit: UserVisit): Promise<Answer> {
    return visit.hasRecentLogin() ? { to: ownPage(visit.field('to')) } : this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    const { username } = visit.principal;
    const request = { password: visit.field('password'), door: { kind: 'console' } } as const;
    return orAgain(
      visit,
      () =>
        this.flow.begin(visit, ownPage(visit.field('to')), () =>
          this.logins.logIn({ username }, request, visit.origin),
        ),
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const hasPasskey = (await this.factors.list(visit.principal.userId)).some(({ kind }) => kind === 'passkey');
    const passkey = hasPasskey ? await this.passkeys.offer() : undefined;
    const body = (
      <>
        <p>{text('confirm_identity_text')}</p>
        <Form visit={visit} to="/confirm" complaints={complaints}>
          <input type="hidden" name="to" value={ownPage(visit.field('to'))} />
          <KnownName username={visit.principal.username} />
          <Field
            name="password"
            label={text('password')}
            input={{ type: 'password', autocomplete: 'current-password', required: true }}
          />
          <Buttons label={text('continue')} back={{ url: visit.url(''), label: text('cancel') }} />
        </Form>
        {passkey !== undefined && <PasskeyForm visit={visit} begun={passkey} />}
      </>
    );
    return { title: text('confirm_identity'), body, usesPasskeys: passkey !== undefined };
  }
}
