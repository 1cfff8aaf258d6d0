import { Injectable } from '@nestjs/common';
import { checkedAs } from '../../../http/request.pipe.js';
import { AddUserDto } from '../../../user/dto/manage-user.dto.js';
import { UserService } from '../../../user/user.service.js';
import { withMoment } from '../../../user/with-moment.js';
import { orAgain } from '../../complaints.js';
import type { Answer, View } from '../../page.js';
import { Buttons, type Complaints, Form } from '../../parts/form.js';
import { oneTimePasswordView } from '../../parts/one-time-password.js';
import { profileIn, ProfileFields, profileLabels } from '../../parts/user-form.js';
import type { UserVisit } from '../../visit.js';

/** Adds a person, who gets a one-time password, or a service account, which has none. */
@Injectable()
export class NewUserPage {
  readonly path = '/users/new';
  readonly access = 'administrator';
  readonly partOf = '/users';
  readonly needsRecentLogin = true;

  constructor(private readonly users: UserService) {}

  show(visit: UserVisit): View {
    return view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const kind = kindIn(visit);
        const { email, ...rest } = profileIn(visit);
        const body = { kind, ...rest, ...(kind === 'service' && email === '' ? {} : { email }) };
        const profile = await checkedAs(body, AddUserDto);
        const made = await this.users.add(withMoment(profile), undefined, visit.actor);
        return made.initialPassword === undefined
          ? { to: `/users/show?id=${made.user.id}&done=service_account_added` }
          : oneTimePasswordView(visit, made.user, made.initialPassword);
      },
      (complaints) => view(visit, complaints),
    );
  }
}

function kindIn(visit: UserVisit): 'person' | 'service' {
  return visit.field('kind') === 'service' ? 'service' : 'person';
}

function view(visit: UserVisit, complaints?: Complaints): View {
  const { text } = visit;
  const isService = kindIn(visit) === 'service';
  const given = profileIn(visit);
  const body = (
    <>
      <p>{text(isService ? 'service_accounts_text' : 'new_user_text')}</p>
      <Form visit={visit} to="/users/new" complaints={complaints} labels={profileLabels(visit)}>
        <input type="hidden" name="kind" value={kindIn(visit)} />
        <ProfileFields visit={visit} complaints={complaints} profile={given} isService={isService} />
        <Buttons
          label={text(isService ? 'add_service_account' : 'add_user')}
          back={{ url: visit.url(isService ? '/service-accounts' : '/users'), label: text('cancel') }}
        />
      </Form>
    </>
  );
  return { title: text(isService ? 'add_service_account' : 'add_user'), body };
}
