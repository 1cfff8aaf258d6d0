import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { checkedAs } from '../../http/request.pipe.js';
import { LoginService } from '../../login/login.service.js';
import { ChangePasswordDto } from '../../user/dto/change-password.dto.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import { Box, Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { KnownName } from '../parts/known-name.js';
import { Note } from '../parts/note.js';
import type { Visit } from '../visit.js';
import { NameField, nameOf } from './login.page.js';

/** Changes a password: of the user who is logged in, or of one whose password has expired or is a one-time password. */
@Injectable()
export class PasswordPage {
  readonly path = '/password';
  readonly access = 'everybody';
  readonly navigation = 'password';

  constructor(
    private readonly logins: LoginService,
    private readonly flow: LoginFlow,
    private readonly settings: Settings,
  ) {}

  show(visit: Visit): View {
    return this.view(visit);
  }

  submit(visit: Visit): Promise<Answer> {
    const username = visit.visitor?.principal.username;
    const name = username === undefined ? nameOf(visit.field('name')) : { username };
    return orAgain(
      visit,
      async () => {
        const {
          password,
          newPassword,
          endAuthHeaders = false,
        } = await checkedAs(
          {
            ...name,
            password: visit.field('password'),
            newPassword: visit.field('newPassword'),
            endAuthHeaders: visit.isTicked('endAuthHeaders'),
          },
          ChangePasswordDto,
        );
        const change = { password, newPassword, endAuthHeaders };
        const to = ownPage(visit.field('to'));
        return this.flow.begin(visit, to === '' ? '?done=password_is_changed' : to, () =>
          this.logins.changePassword(name, change, visit.origin),
        );
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private view(visit: Visit, complaints?: Complaints): View {
    const { text, visitor } = visit;
    const why = WHY.find((key) => key === visit.field('why'));
    const body = (
      <>
        {why !== undefined && complaints === undefined && <Note kind="notice">{text(why)}</Note>}
        <p>{text('change_password_text')}</p>
        <Form
          visit={visit}
          to="/password"
          complaints={complaints}
          labels={{ newPassword: text('new_password'), password: text('current_password') }}
        >
          <input type="hidden" name="to" value={ownPage(visit.field('to'))} />
          {visitor === undefined ? <NameField visit={visit} /> : <KnownName username={visitor.principal.username} />}
          <Field
            name="password"
            label={text('current_password')}
            complaints={complaints}
            input={{ type: 'password', autocomplete: 'current-password', required: true }}
          />
          <Field
            name="newPassword"
            label={text('new_password')}
            hint={text('new_password_hint', { count: this.settings.passwordMinLength })}
            complaints={complaints}
            input={{ type: 'password', autocomplete: 'new-password', required: true }}
          />
          <Box
            name="endAuthHeaders"
            label={text('end_auth_headers')}
            hint={text('end_auth_headers_hint')}
            isTicked={visit.isTicked('endAuthHeaders')}
          />
          <Buttons label={text('change_password')} />
        </Form>
      </>
    );
    return { title: text(why === undefined ? 'change_password' : 'set_new_password'), body };
  }
}

/** Why the login led here. */
const WHY = ['password_expired_text', 'one_time_password_text'] as const;
