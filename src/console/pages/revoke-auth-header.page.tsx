import { Injectable } from '@nestjs/common';
import { AuthHeaderOwners } from '../../authheader/auth-header-owners.js';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import { previousTokenOf } from '../../authheader/previous-token.js';
import { listOf, OwnerField, ownerIn } from '../auth-header-owner.js';
import type { Answer, View } from '../page.js';
import { Buttons, Choice, Form } from '../parts/form.js';
import type { UserVisit } from '../visit.js';

/** Asks whether an auth header, or its old token alone, shall be revoked, and does it. */
@Injectable()
export class RevokeAuthHeaderPage {
  readonly path = '/authheaders/revoke';
  readonly access = 'user';
  readonly partOf = '/authheaders';

  constructor(
    private readonly authHeaders: AuthHeaderService,
    private readonly owners: AuthHeaderOwners,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const delegation = await this.owners.delegationOf(visit.principal, ownerIn(visit));
    const { authHeader } = await this.authHeaders.find(delegation, visit.field('id'));
    const previous = previousTokenOf(authHeader);
    const body = (
      <>
        <p>{text('revoke_text')}</p>
        <Form visit={visit} to={this.path}>
          <input type="hidden" name="id" value={authHeader.id} />
          <OwnerField visit={visit} />
          {previous?.masked && (
            <Choice
              name="what"
              label={text('what_to_revoke')}
              options={[
                [authHeader.id, text('revoke_all')],
                [
                  previous.masked,
                  text('revoke_previous', { token: previous.masked, moment: visit.moment(previous.expires) }),
                ],
              ]}
              chosen={authHeader.id}
            />
          )}
          <Buttons label={text('revoke')} isDangerous back={{ url: visit.url(listOf(visit)), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('revoke_named', { name: authHeader.name }), body };
  }

  async submit(visit: UserVisit): Promise<Answer> {
    const delegation = await this.owners.delegationOf(visit.principal, ownerIn(visit));
    const { authHeader } = await this.authHeaders.find(delegation, visit.field('id'));
    const what = visit.field('what') || authHeader.id;
    const revoked = await this.authHeaders.revoke(delegation, what, visit.actor);
    const done = revoked === 'auth header' ? 'auth_header_revoked' : 'previous_token_revoked';
    return { to: listOf(visit, { done }) };
  }
}
