import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../errors/api-error.js';
import { FactorService } from '../../../factor/factor.service.js';
import { SessionEnding } from '../../../session/session-ending.js';
import type { User } from '../../../database/entities/user.entity.js';
import { UserService } from '../../../user/user.service.js';
import { orAgain } from '../../complaints.js';
import type { Answer, View } from '../../page.js';
import { Box, Buttons, type Complaints, Form } from '../../parts/form.js';
import { oneTimePasswordView } from '../../parts/one-time-password.js';
import { givenId } from '../../user-in.js';
import type { UserVisit } from '../../visit.js';

/** The changes, by the word in the address: how a page asks for each, and what it says afterwards. */
const CHANGES = {
  disable: { title: 'disable_named', label: 'disable', text: 'disable_text', done: 'user_disabled' },
  enable: { title: 'enable_named', label: 'enable', text: 'enable_text', done: 'user_enabled' },
  unlock: { title: 'unlock_named', label: 'unlock', text: 'unlock_text', done: 'user_unlocked' },
  reset: { title: 'reset_password_named', label: 'reset_password', text: 'reset_password_text', done: undefined },
  'end-sessions': {
    title: 'end_sessions_named',
    label: 'end_sessions',
    text: 'end_sessions_text',
    done: 'user_sessions_ended',
  },
  'remove-factors': {
    title: 'remove_factors_named',
    label: 'remove_factors',
    text: 'remove_factors_text',
    done: 'user_factors_removed',
  },
  delete: { title: 'delete_named', label: 'delete', text: 'delete_text', done: 'user_deleted' },
} as const;
type Change = keyof typeof CHANGES;

/** What the page of a user says after a change. */
export const USER_CHANGES_DONE = [
  'user_changed',
  'service_account_added',
  'session_ended',
  'auth_header_revoked',
  'previous_token_revoked',
  ...Object.values(CHANGES).flatMap(({ done }) => (done === undefined ? [] : [done])),
] as const;

/** Those that only make access possible again. */
const HARMLESS: readonly Change[] = ['enable', 'unlock'];

/** The changes that make sense for a user as it is. @param hasFactors whether there is a second factor to remove. */
export function changesFor(
  { kind, disabled }: User,
  hasFactors: boolean,
): { change: Change; label: (typeof CHANGES)[Change]['label'] }[] {
  const ofPerson: Change[] = kind === 'person' ? ['unlock', 'reset', 'end-sessions'] : [];
  const ofFactors: Change[] = hasFactors ? ['remove-factors'] : [];
  const possible: Change[] =
    disabled === null ? [...ofPerson, ...ofFactors, 'disable', 'delete'] : ['enable', 'delete'];
  return possible.map((change) => ({ change, label: CHANGES[change].label }));
}

/** Asks whether a user shall be disabled, enabled, unlocked, reset, logged out, rid of their factors or deleted, and does it. */
@Injectable()
export class UserChangePage {
  readonly path = '/users/change';
  readonly access = 'administrator';
  readonly partOf = '/users';
  readonly needsRecentLogin = true;

  constructor(
    private readonly users: UserService,
    private readonly sessions: SessionEnding,
    private readonly factors: FactorService,
  ) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    const change = changeIn(visit);
    return orAgain(
      visit,
      () => this.make(change, visit),
      (complaints) => this.view(visit, complaints),
    );
  }

  private async make(change: Change, visit: UserVisit): Promise<Answer> {
    const { actor } = visit;
    const user = await this.users.get(givenId(visit));
    const { id } = user;
    if (change === 'reset') {
      const made = await this.users.reset(id, visit.isTicked('endAuthHeaders'), actor);
      return oneTimePasswordView(visit, user, made.initialPassword ?? '');
    }
    if (change === 'end-sessions') await this.sessions.endAll(id, actor);
    else if (change === 'remove-factors') await this.factors.remove(user, undefined, false, actor);
    else await this.users[change](id, actor);
    const list = user.kind === 'service' ? '/service-accounts' : '/users';
    const { done } = CHANGES[change];
    return { to: change === 'delete' ? `${list}?done=${done}` : `/users/show?id=${id}&done=${done}` };
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const change = changeIn(visit);
    const { title, label, text: explanation } = CHANGES[change];
    const { id, username } = await this.users.get(givenId(visit));
    const body = (
      <>
        <p>{text(explanation)}</p>
        <Form visit={visit} to={this.path} complaints={complaints}>
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="change" value={change} />
          {change === 'reset' && (
            <Box
              name="endAuthHeaders"
              label={text('also_end_auth_headers')}
              isTicked={visit.isTicked('endAuthHeaders')}
            />
          )}
          <Buttons
            label={text(label)}
            isDangerous={!HARMLESS.includes(change)}
            back={{ url: visit.url('/users/show', { id }), label: text('cancel') }}
          />
        </Form>
      </>
    );
    return { title: text(title, { name: username }), body };
  }
}

/** @throws ApiError `not_found` for a word that is no change */
function changeIn(visit: UserVisit): Change {
  const asked = visit.field('change');
  const change = (Object.keys(CHANGES) as Change[]).find((name) => name === asked);
  if (change === undefined) throw new ApiError('not_found');
  return change;
}
