import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { PasswordResetService } from '../../login/password-reset.service.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { Note } from '../parts/note.js';
import type { Visit } from '../visit.js';

/** Mails a link with which a user sets a new password. */
@Injectable()
export class ForgotPage {
  readonly path = '/forgot';
  readonly access = 'everybody';

  constructor(
    private readonly resets: PasswordResetService,
    private readonly settings: Settings,
  ) {}

  show(visit: Visit): View {
    return this.view(visit);
  }

  submit(visit: Visit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        await this.resets.forgot(visit.field('email').trim(), visit.origin);
        return { to: '/login?done=link_sent' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private view(visit: Visit, complaints?: Complaints): View {
    const { text } = visit;
    const back = { url: visit.url('/login'), label: text('cancel') };
    const body =
      this.settings.smtp === undefined ? (
        <>
          <Note kind="notice">
            <p>{text('no_mail')}</p>
          </Note>
          <p>
            <a href={back.url}>{text('log_in')}</a>
          </p>
        </>
      ) : (
        <>
          <p>{text('forgot_text')}</p>
          <Form visit={visit} to="/forgot" complaints={complaints} labels={{ email: text('email') }}>
            <Field
              name="email"
              label={text('email')}
              complaints={complaints}
              input={{ type: 'email', value: visit.field('email'), autocomplete: 'email', required: true }}
            />
            <Buttons label={text('send_link')} back={back} />
          </Form>
        </>
      );
    return { title: text('forgot'), body };
  }
}
