import { Injectable } from '@nestjs/common';
import { LoginService } from '../../login/login.service.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { KnownName } from '../parts/known-name.js';
import type { UserVisit } from '../visit.js';

/** Asks a user who is logged in for the password again. This is a new login, so a stolen cookie is worth nothing after it. */
@Injectable()
export class ConfirmPage {
  readonly path = '/confirm';
  readonly access = 'user';

  constructor(
    private readonly logins: LoginService,
    private readonly flow: LoginFlow,
  ) {}

  show(visit: UserVisit): Answer {
    return visit.hasRecentLogin() ? { to: ownPage(visit.field('to')) } : view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    const { username } = visit.principal;
    const request = { password: visit.field('password'), door: { kind: 'user' } } as const;
    return orAgain(
      visit,
      () =>
        this.flow.begin(visit, ownPage(visit.field('to')), () =>
          this.logins.logIn({ username }, request, visit.origin),
        ),
      (complaints) => view(visit, complaints),
    );
  }
}

function view(visit: UserVisit, complaints?: Complaints): View {
  const { text } = visit;
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
    </>
  );
  return { title: text('confirm_identity'), body };
}
