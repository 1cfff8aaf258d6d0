import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import type { PasskeyLoginOptions } from '../../factor/passkey-logins.js';
import { PasskeyMethod } from '../../factor/passkey-method.js';
import { PasskeyLoginService } from '../../login/passkey-login.service.js';
import { orAgain } from '../complaints.js';
import { ownPage } from '../console-path.js';
import { LoginFlow } from '../login-flow.js';
import type { Answer, View } from '../page.js';
import { type Complaints, Form } from '../parts/form.js';
import { PasskeyButton } from '../parts/passkey.js';
import { passkeyIn } from '../passkey-field.js';
import type { Visit } from '../visit.js';

/** What a page needs to offer a login by a passkey. */
@Injectable()
export class PasskeyOffer {
  constructor(
    private readonly method: PasskeyMethod,
    private readonly logins: PasskeyLoginService,
  ) {}

  /** Undefined where passkeys cannot work at the address of this server. Nothing is stored, so each page can have one. */
  async offer(): Promise<PasskeyLoginOptions | undefined> {
    return this.method.isUsable ? this.logins.begin() : undefined;
  }
}

/** Logs in by a passkey in place of the password; who is logged in confirms so that it is them. */
@Injectable()
export class PasskeyLoginPage {
  readonly path = '/login/passkey';
  readonly access = 'everybody';

  constructor(
    private readonly logins: PasskeyLoginService,
    private readonly flow: LoginFlow,
    private readonly passkeys: PasskeyOffer,
  ) {}

  show(): Answer {
    return { to: '/login' };
  }

  submit(visit: Visit): Promise<Answer> {
    const to = ownPage(visit.field('to'));
    return orAgain(
      visit,
      async () => {
        const [token, passkey] = [visit.field('token'), passkeyIn(visit)];
        const loggedIn = await this.logins.logIn(token, passkey, visit.origin, 'console');
        return this.flow.end(visit, to, loggedIn);
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: Visit, complaints: Complaints): Promise<View> {
    const { text } = visit;
    const begun = await this.passkeys.offer();
    const body = (
      <>
        {begun !== undefined && <PasskeyForm visit={visit} begun={begun} complaints={complaints} />}
        <p>
          <a href={visit.url('/login', { to: ownPage(visit.field('to')) })}>{text('log_in_by_password')}</a>
        </p>
      </>
    );
    return { title: text('log_in_with_passkey'), body, usesPasskeys: true };
  }
}

interface PasskeyFormProps {
  readonly visit: Visit;
  readonly begun: PasskeyLoginOptions;
  readonly complaints?: Complaints;
  readonly fillsIn?: boolean;
}

/** The form of a login by a passkey. */
export function PasskeyForm({ visit, begun, complaints, fillsIn = false }: PasskeyFormProps): VNode {
  const { text } = visit;
  return (
    <Form visit={visit} to="/login/passkey" complaints={complaints}>
      <input type="hidden" name="to" value={ownPage(visit.field('to'))} />
      <input type="hidden" name="token" value={begun.token} />
      <PasskeyButton
        visit={visit}
        label={text(visit.visitor === undefined ? 'log_in_with_passkey' : 'use_passkey')}
        options={{ get: begun.options }}
        fillsIn={fillsIn}
      />
    </Form>
  );
}
