import { Injectable } from '@nestjs/common';
import { AuthHeaderOwners } from '../../authheader/auth-header-owners.js';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import { RotateAuthHeaderDto } from '../../authheader/dto/rotate-auth-header.dto.js';
import { HOUR_MS } from '../../config/time.js';
import { checkedAs } from '../../http/request.pipe.js';
import { listOf, OwnerField, ownerIn } from '../auth-header-owner.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, Choice, type Complaints, Form } from '../parts/form.js';
import { tokenView } from '../parts/token.js';
import type { UserVisit } from '../visit.js';

const HOUR_SECONDS = HOUR_MS / 1000;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Gives an auth header a new token. */
@Injectable()
export class RotateAuthHeaderPage {
  readonly path = '/authheaders/rotate';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/authheaders';

  constructor(
    private readonly authHeaders: AuthHeaderService,
    private readonly owners: AuthHeaderOwners,
  ) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const asked = { id: visit.field('id'), overlapSeconds: Number(visit.field('overlapSeconds')) };
        const body = await checkedAs(asked, RotateAuthHeaderDto);
        const { id = '', overlapSeconds = 0 } = body;
        const delegation = await this.owners.delegationOf(visit.principal, ownerIn(visit));
        const rotated = await this.authHeaders.rotate(delegation, id, overlapSeconds, visit.actor);
        return tokenView(visit, rotated, listOf(visit));
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const delegation = await this.owners.delegationOf(visit.principal, ownerIn(visit));
    const { authHeader } = await this.authHeaders.find(delegation, visit.field('id'));
    const body = (
      <>
        <p>{text('rotate_text')}</p>
        <Form visit={visit} to={this.path} complaints={complaints} labels={{ overlapSeconds: text('overlap') }}>
          <input type="hidden" name="id" value={authHeader.id} />
          <OwnerField visit={visit} />
          <Choice
            name="overlapSeconds"
            label={text('overlap')}
            hint={text('overlap_hint')}
            complaints={complaints}
            options={[
              ['0', text('overlap_none')],
              [String(HOUR_SECONDS), text('overlap_hours', { hours: 1 })],
              [String(DAY_SECONDS), text('overlap_days', { days: 1 })],
              [String(7 * DAY_SECONDS), text('overlap_days', { days: 7 })],
              [String(30 * DAY_SECONDS), text('overlap_days', { days: 30 })],
            ]}
            chosen={visit.field('overlapSeconds') || String(DAY_SECONDS)}
          />
          <Buttons label={text('rotate')} back={{ url: visit.url(listOf(visit)), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('rotate_named', { name: authHeader.name }), body };
  }
}
