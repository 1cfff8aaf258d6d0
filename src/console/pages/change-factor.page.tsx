import { Injectable } from '@nestjs/common';
import type { Factor } from '../../database/entities/factor.entity.js';
import { ApiError } from '../../errors/api-error.js';
import { FactorService } from '../../factor/factor.service.js';
import { checkedAs } from '../../http/request.pipe.js';
import { message } from '../../i18n/message.js';
import { RenameFactorDto } from '../../user/dto/factor.dto.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, type Complaints, Field, Form } from '../parts/form.js';
import { recoveryCodesView } from '../parts/recovery-codes.js';
import type { UserVisit } from '../visit.js';

/** Gives a second factor another name. */
@Injectable()
export class RenameFactorPage {
  readonly path = '/factors/rename';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const asked = { id: visit.field('id'), name: visit.field('name').trim() };
        const { id, name } = await checkedAs(asked, RenameFactorDto);
        await this.factors.rename(visit.principal.userId, id, name, visit.actor);
        return { to: '/factors?done=factor_renamed' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const { id, name } = await factorOf(visit, this.factors);
    const body = (
      <Form visit={visit} to={this.path} complaints={complaints} labels={{ name: text('factor_name') }}>
        <input type="hidden" name="id" value={id} />
        <Field
          name="name"
          label={text('factor_name')}
          complaints={complaints}
          input={{ value: visit.field('name') || name, maxLength: 100, required: true, autocomplete: 'off' }}
        />
        <Buttons label={text('save')} back={{ url: visit.url('/factors'), label: text('cancel') }} />
      </Form>
    );
    return { title: text('rename_named', { name }), body };
  }
}

/** Asks whether a second factor shall be removed, and does it. */
@Injectable()
export class RemoveFactorPage {
  readonly path = '/factors/remove';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(visit: UserVisit): Promise<View> {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const { id } = await factorOf(visit, this.factors);
        await this.factors.remove(visit.principal.user, id, true, visit.actor);
        return { to: '/factors?done=factor_removed' };
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private async view(visit: UserVisit, complaints?: Complaints): Promise<View> {
    const { text } = visit;
    const { id, name } = await factorOf(visit, this.factors);
    const body = (
      <>
        <p>{text('remove_factor_text')}</p>
        <Form visit={visit} to={this.path} complaints={complaints}>
          <input type="hidden" name="id" value={id} />
          <Buttons label={text('remove')} isDangerous back={{ url: visit.url('/factors'), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('remove_named', { name }), body };
  }
}

/** Makes new recovery codes. */
@Injectable()
export class RecoveryCodesPage {
  readonly path = '/factors/recovery-codes';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/factors';

  constructor(private readonly factors: FactorService) {}

  show(visit: UserVisit): View {
    const { text } = visit;
    const body = (
      <>
        <p>{text('new_codes_text')}</p>
        <Form visit={visit} to={this.path}>
          <Buttons label={text('new_codes')} back={{ url: visit.url('/factors'), label: text('cancel') }} />
        </Form>
      </>
    );
    return { title: text('recovery_codes'), body };
  }

  async submit(visit: UserVisit): Promise<Answer> {
    const codes = await this.factors.renewRecoveryCodes(visit.principal.userId, visit.actor);
    return recoveryCodesView(visit, codes, '/factors');
  }
}

/** The factor of the user that a page is about. @throws ApiError `not_found`, also for another user's */
async function factorOf(visit: UserVisit, factors: FactorService): Promise<Factor> {
  const id = visit.field('id');
  const found = (await factors.list(visit.principal.userId)).find((factor) => factor.id === id);
  if (found === undefined) throw new ApiError('not_found', { message: message('no_such_factor') });
  return found;
}
