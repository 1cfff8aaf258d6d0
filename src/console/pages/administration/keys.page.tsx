import { Injectable } from '@nestjs/common';
import type { SigningKey } from '../../../database/entities/signing-key.entity.js';
import { SigningKeyRotation } from '../../../signing-keys/signing-key-rotation.js';
import type { View } from '../../page.js';
import { Note } from '../../parts/note.js';
import { Moment, Table } from '../../parts/table.js';
import type { UserVisit } from '../../visit.js';

/** The keys that sign JWTs. Their material is on no page. */
@Injectable()
export class KeysPage {
  readonly path = '/keys';
  readonly access = 'administrator';
  readonly navigation = 'keys';

  constructor(private readonly rotation: SigningKeyRotation) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const notice = visit.notice(['keys_rotated', 'key_revoked']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <p>{text('keys_text')}</p>
        <p class="buttons">
          <a class="button" href={visit.url('/keys/rotate')}>
            {text('rotate_keys')}
          </a>
        </p>
        <Table
          label={text('keys')}
          columns={[text('key_id'), text('algorithm'), text('state'), text('key_since'), text('actions')]}
          rows={(await this.rotation.list()).map((key) => ({
            key: key.id,
            cells: [
              <code key="id">{key.id}</code>,
              key.algorithm,
              text(`key_${key.state}`),
              <Moment key="since" visit={visit} at={sinceOf(key)} />,
              <div key="actions" class="row-actions">
                <a href={visit.url('/keys/revoke', { kid: key.id })} aria-label={`${text('revoke')}: ${key.id}`}>
                  {text('revoke')}
                </a>
                <a href={visit.url('/events', { target: key.id })} aria-label={`${text('its_events')}: ${key.id}`}>
                  {text('its_events')}
                </a>
              </div>,
            ],
          }))}
          whenEmpty={text('none')}
        />
      </>
    );
    return { title: text('keys'), body };
  }
}

/** Since when a key has been in its state. */
function sinceOf({ created, activated, retired }: SigningKey): Date {
  return retired ?? activated ?? created;
}
