import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { ApiError } from '../../errors/api-error.js';
import type { GivenName } from '../../login/claimed-identity.js';
import { LoginService } from '../../login/login.service.js';
import { LoginFlow } from '../login-flow.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { Note } from '../parts/note.js';
import { PasskeyForm, PasskeyOffer } from './passkey-login.page.js';
import type { Visit } from '../visit.js';

/** The login by either name. */
@Injectable()
export class LoginPage {
  readonly path = '/login';
  readonly access = 'everybody';

  constructor(
    private readonly logins: LoginService,
    private readonly flow: LoginFlow,
    private readonly passkeys: PasskeyOffer,
  ) {}

  async show(visit: Visit): Promise<Answer> {
    const to = ownPage(visit.field('to'));
    return visit.visitor === undefined ? this.view(visit) : { to };
  }

  submit(visit: Visit): Promise<Answer> {
    const to = ownPage(visit.field('to'));
    const name = visit.field('name');
    return orAgain(
      visit,
      async () => {
        try {
          const request = { password: visit.field('password'), door: { kind: 'console' } } as const;
          return await this.flow.begin(visit, to, () => this.logins.logIn(nameOf(name), request, visit.origin));
        } catch (error) {
          const why = error instanceof ApiError ? REPLACED[error.code] : undefined;
          if (why === undefined) throw error;
          return { to: `/password?${new URLSearchParams({ name, why, ...(to === '' ? {} : { to }) }).toString()}` };
        }
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: Visit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const passkey = await this.passkeys.offer();
    const notice = visit.notice([
      'logged_out',
      'log_in_first',
      'link_sent',
      'password_reset',
      'email_confirmed',
      'email_undone',
    ]);
    const body: VNode = (
      <>
        {notice !== undefined && complaints === undefined && (
          <Note kind={notice === 'log_in_first' ? 'notice' : 'success'}>{text(notice)}</Note>
        )}
        <Form visit={visit} to="/login" complaints={complaints}>
          <input type="hidden" name="to" value={ownPage(visit.field('to'))} />
          <NameField visit={visit} fillsInPasskeys={passkey !== undefined} />
          <Field
            name="password"
            label={text('password')}
            input={{ type: 'password', autocomplete: 'current-password', required: true }}
          />
          <Buttons label={text('log_in')} />
        </Form>
        {passkey !== undefined && <PasskeyForm visit={visit} begun={passkey} fillsIn />}
        <p>
          <a href={visit.url('/forgot')}>{text('forgotten')}</a>
        </p>
      </>
    );
    return { title: text('log_in'), body, usesPasskeys: passkey !== undefined };
  }
}

/** Which password cannot log in, and what the page of passwords says of it. */
const REPLACED: Readonly<Partial<Record<string, string>>> = {
  password_expired: 'password_expired_text',
  password_change_required: 'one_time_password_text',
};

interface NameFieldProps {
  readonly visit: Visit;
  /** Whether the browser offers passkeys in the field. */
  readonly fillsInPasskeys?: boolean;
}

/** The field for either name of a user. */
export function NameField({ visit, fillsInPasskeys = false }: NameFieldProps): VNode {
  return (
    <Field
      name="name"
      label={visit.text('name')}
      input={{
        value: visit.field('name'),
        autocomplete: fillsInPasskeys ? 'username webauthn' : 'username',
        autocapitalize: 'none',
        spellcheck: false,
        required: true,
      }}
    />
  );
}

/** What a name is. A username may have an `@` too: its user logs in with the e-mail address. */
export function nameOf(text: string): GivenName {
  const name = text.trim();
  return name.includes('@') ? { email: name } : { username: name };
}
