import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../errors/api-error.js';
import { message } from '../../../i18n/message.js';
import { readyAt } from '../../../signing-keys/key-schedule.js';
import { SigningKeyAdministration } from '../../../signing-keys/signing-key-administration.js';
import { SigningKeyRotation } from '../../../signing-keys/signing-key-rotation.js';
import { orAgain } from '../../complaints.js';
import type { Answer, View } from '../../page.js';
import { Buttons, type Complaints, Form } from '../../parts/form.js';
import { Note } from '../../parts/note.js';
import type { UserVisit } from '../../visit.js';

/** Has the next key sign. */
@Injectable()
export class RotateKeysPage {
  readonly path = '/keys/rotate';
  readonly access = 'administrator';
  readonly partOf = '/keys';
  readonly needsRecentLogin = true;

  constructor(
    private readonly keys: SigningKeyRotation,
    private readonly administration: SigningKeyAdministration,
  ) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        await this.administration.rotate(visit.actor);
        return { to: '/keys?done=keys_rotated' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const next = (await this.keys.list()).find(({ state }) => state === 'next');
    const ready = next === undefined ? undefined : readyAt(next);
    const body = (
      <>
        <p>{text('rotate_keys_text')}</p>
        {ready !== undefined && ready > new Date() && (
          <Note kind="notice">{text('rotate_ready_at', { moment: visit.moment(ready) })}</Note>
        )}
        <Form visit={visit} to={this.path} complaints={complaints}>
          <Buttons label={text('rotate_keys')} back={{ url: visit.url('/keys'), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('rotate_keys_title'), body };
  }
}

/** Deletes a key that somebody else may know. */
@Injectable()
export class RevokeKeyPage {
  readonly path = '/keys/revoke';
  readonly access = 'administrator';
  readonly partOf = '/keys';
  readonly needsRecentLogin = true;

  constructor(
    private readonly keys: SigningKeyRotation,
    private readonly administration: SigningKeyAdministration,
  ) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        await this.administration.revoke(visit.field('kid'), visit.actor);
        return { to: '/keys?done=key_revoked' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const key = (await this.keys.list()).find(({ id }) => id === visit.field('kid'));
    if (key === undefined) throw new ApiError('not_found', { message: message('no_such_signing_key') });
    const body = (
      <>
        <p>{text('revoke_key_text')}</p>
        <Form visit={visit} to={this.path} complaints={complaints}>
          <input type="hidden" name="kid" value={key.id} />
          <Buttons label={text('revoke')} isDangerous back={{ url: visit.url('/keys'), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('revoke_key_named', { id: key.id }), body };
  }
}
