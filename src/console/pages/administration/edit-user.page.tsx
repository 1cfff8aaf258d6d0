import { Injectable } from '@nestjs/common';
import { checkedAs } from '../../../http/request.pipe.js';
import { UpdateUserDto } from '../../../user/dto/manage-user.dto.js';
import { UserService } from '../../../user/user.service.js';
import { withMoment } from '../../../user/with-moment.js';
import { orAgain } from '../../complaints.js';
import type { Answer, View } from '../../page.js';
import { Buttons, type Complaints, Form } from '../../parts/form.js';
import { profileIn, ProfileFields, profileLabels } from '../../parts/user-form.js';
import { givenId } from '../../user-in.js';
import type { UserVisit } from '../../visit.js';

/** Changes the names, the address and the roles of a user. */
@Injectable()
export class EditUserPage {
  readonly path = '/users/edit';
  readonly access = 'administrator';
  readonly partOf = '/users';
  readonly needsRecentLogin = true;

  constructor(private readonly users: UserService) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const { kind, firstname, lastname } = await this.users.get(givenId(visit));
        // The form of a service account has no names of a person.
        const names = kind === 'service' ? { firstname, lastname } : {};
        const asked = { id: givenId(visit), ...profileIn(visit), ...names };
        const body = await checkedAs(asked, UpdateUserDto);
        const { id, ...profile } = body;
        await this.users.update(id, withMoment(profile), visit.actor);
        return { to: `/users/show?id=${id}&done=user_changed` };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const user = await this.users.get(givenId(visit));
    const body = (
      <Form visit={visit} to={this.path} complaints={complaints} labels={profileLabels(visit)}>
        <input type="hidden" name="id" value={user.id} />
        <ProfileFields
          visit={visit}
          complaints={complaints}
          profile={complaints === undefined ? user : profileIn(visit)}
          isService={user.kind === 'service'}
        />
        <Buttons
          label={text('save')}
          back={{ url: visit.url('/users/show', { id: user.id }), label: text('cancel') }}
        />
      </Form>
    );
    return { title: text('edit_user_named', { name: user.username }), body };
  }
}
