import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { VNode } from 'preact';
import type { TotpEnrolment } from '../../factor/totp-method.js';
import type { View } from '../page.js';
import type { Visit } from '../visit.js';
import { Buttons, type Complaints, Field, Form } from './form.js';
import { PasskeyButton } from './passkey.js';

/** A login whose password was right. */
export interface Step {
  /** The token of the second step. */
  readonly token: string;
  /** The page to go to after the login. */
  readonly to: string;
}

/** The ways to take the second step. */
export interface StepMethods {
  readonly methods: readonly string[];
  /** What a browser needs for a passkey, if the user has one that works here. */
  readonly passkey?: PublicKeyCredentialRequestOptionsJSON;
}

/** Asks for a code, of an app or a recovery code, or for a passkey. */
export function secondStepView(
  visit: Visit,
  { token, to, methods, passkey }: Step & StepMethods,
  complaints?: Complaints,
): View {
  const { text } = visit;
  const hasApp = methods.includes('totp');
  const body = (
    <>
      <p>{text(hasApp ? 'second_step_text' : 'second_step_recovery_text')}</p>
      <Form visit={visit} to="/second-step" complaints={complaints} labels={{ otp: text('code') }}>
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="to" value={to} />
        <input type="hidden" name="methods" value={methods.join(' ')} />
        {passkey !== undefined && (
          <PasskeyButton visit={visit} label={text('use_passkey')} options={{ get: passkey }} />
        )}
        <CodeField visit={visit} complaints={complaints} isNumber={false} />
        <Buttons label={text('log_in')} back={{ url: visit.url('/login'), label: text('begin_again') }} />
      </Form>
    </>
  );
  return { title: text('second_step'), body, usesPasskeys: passkey !== undefined };
}

/** Says that a second factor must be set up, and begins it. */
export function setUpChoiceView(visit: Visit, { token, to, methods }: Step & Pick<StepMethods, 'methods'>): View {
  const { text } = visit;
  const body = (
    <>
      <p>{text('set_up_text')}</p>
      <Form visit={visit} to="/second-step/set-up">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="to" value={to} />
        <p class="buttons">
          {methods.includes('totp') && (
            <button name="method" value="totp">
              {text('set_up_app')}
            </button>
          )}
          {methods.includes('passkey') && (
            <button name="method" value="passkey">
              {text('set_up_passkey')}
            </button>
          )}
          <a href={visit.url('/login')}>{text('cancel')}</a>
        </p>
      </Form>
    </>
  );
  return { title: text('set_up'), body };
}

interface EnrolmentProps {
  readonly visit: Visit;
  /** Absent when the form comes again: the secret is shown once. */
  readonly enrolment?: TotpEnrolment;
  readonly to: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly complaints?: Complaints | undefined;
  readonly again: string;
}

/** What an app for codes needs, and the field for its first code. The secret is in the page as a picture and once as a text. */
export function Enrolment({ visit, enrolment, to, hidden, complaints, again }: EnrolmentProps): VNode {
  const { text } = visit;
  return (
    <>
      {enrolment === undefined ? (
        <p>{text('scanned_already')}</p>
      ) : (
        <>
          <p>{text('scan_text')}</p>
          <div
            class="qr"
            role="img"
            aria-label={text('qr_code')}
            // The picture is made by this server, and holds no text of a user.
            dangerouslySetInnerHTML={{ __html: enrolment.qr }}
          />
          <p>{text('type_secret')}</p>
          <p>
            <code class="secret" dir="ltr">
              {enrolment.secret}
            </code>
          </p>
        </>
      )}
      <Form visit={visit} to={to} complaints={complaints} labels={{ otp: text('code') }}>
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <CodeField visit={visit} complaints={complaints} isNumber />
        <Buttons label={text('confirm_app')} back={{ url: visit.url(again), label: text('begin_again') }} />
      </Form>
    </>
  );
}

interface CodeProps {
  readonly visit: Visit;
  readonly complaints?: Complaints | undefined;
  /** Whether no recovery code is accepted, which has letters. */
  readonly isNumber: boolean;
}

/** One field, into which a code can be pasted and browsers fill it. */
function CodeField({ visit, complaints, isNumber }: CodeProps): VNode {
  return (
    <Field
      name="otp"
      label={visit.text('code')}
      hint={visit.text(isNumber ? 'first_code_hint' : 'code_hint')}
      complaints={complaints}
      input={{
        autocomplete: 'one-time-code',
        inputMode: isNumber ? 'numeric' : undefined,
        autocapitalize: 'none',
        spellcheck: false,
        dir: 'ltr',
        required: true,
      }}
    />
  );
}
