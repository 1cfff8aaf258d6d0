import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { checkedAs } from '../../http/request.pipe.js';
import { ChangeEmailDto } from '../../user/dto/change-email.dto.js';
import { EmailChangeService } from '../../user/email-change.service.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { Note } from '../parts/note.js';
import type { TextKey } from '../text/en.js';
import { UserVisit, type Visit } from '../visit.js';

/** Changes or confirms the user's e-mail address. */
@Injectable()
export class EmailPage {
  readonly path = '/email';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '';

  constructor(
    private readonly changes: EmailChangeService,
    private readonly settings: Settings,
  ) {}

  show(visit: UserVisit): View {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const asked = { email: visit.field('email').trim() };
        const { email } = await checkedAs(asked, ChangeEmailDto);
        await this.changes.request(visit.principal.userId, email, visit.actor);
        return { to: '?done=email_sent' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private view(visit: UserVisit, complaints?: Complaints): View {
    const { text } = visit;
    const body =
      this.settings.smtp === undefined ? (
        <Note kind="notice">
          <p>{text('no_mail_for_change')}</p>
        </Note>
      ) : (
        <>
          <p>{text('change_email_text')}</p>
          <Form visit={visit} to="/email" complaints={complaints} labels={{ email: text('new_email') }}>
            <p>
              {text('current_email')}: <bdi>{visit.principal.user.email}</bdi>
            </p>
            <Field
              name="email"
              label={text('new_email')}
              complaints={complaints}
              input={{ type: 'email', value: visit.field('email'), autocomplete: 'email', required: true }}
            />
            <Buttons label={text('send_link')} back={{ url: visit.url(''), label: text('cancel') }} />
          </Form>
        </>
      );
    return { title: text('change_email'), body };
  }
}

/** Where the link of a mail leads that confirms an address. To open it changes nothing. */
@Injectable()
export class ConfirmEmailPage {
  readonly path = '/email/confirm';
  readonly access = 'everybody';

  constructor(private readonly changes: EmailChangeService) {}

  show(visit: Visit): View {
    return linkView(visit, this.path, 'confirm_email', 'confirm_email_text');
  }

  submit(visit: Visit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        await this.changes.confirm(visit.field('token'), visit.origin);
        return { to: visit instanceof UserVisit ? '?done=email_confirmed' : '/login?done=email_confirmed' };
      },
      (complaints) => linkView(visit, this.path, 'confirm_email', 'confirm_email_text', complaints),
    );
  }
}

/** Where the link of a mail leads that brings the former address back. To open it changes nothing. */
@Injectable()
export class UndoEmailPage {
  readonly path = '/email/undo';
  readonly access = 'everybody';

  constructor(private readonly changes: EmailChangeService) {}

  show(visit: Visit): View {
    return linkView(visit, this.path, 'undo_email', 'undo_email_text');
  }

  submit(visit: Visit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        await this.changes.undo(visit.field('token'), visit.origin);
        return { to: '/login?done=email_undone' };
      },
      (complaints) => linkView(visit, this.path, 'undo_email', 'undo_email_text', complaints),
    );
  }
}

/** A page with one button, which uses the link of a mail up. */
function linkView(visit: Visit, to: string, title: TextKey, explanation: TextKey, complaints?: Complaints): View {
  const texts = visit.text as (key: TextKey) => string;
  const body = (
    <>
      <p>{texts(explanation)}</p>
      <Form visit={visit} to={to} complaints={complaints}>
        <input type="hidden" name="token" value={visit.field('token')} />
        <Buttons label={texts(title)} />
      </Form>
    </>
  );
  return { title: texts(title), body, hasSecretAddress: true };
}
