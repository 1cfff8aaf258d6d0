import { Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import type { Factor } from '../../database/entities/factor.entity.js';
import { FactorService } from '../../factor/factor.service.js';
import { PasskeyMethod } from '../../factor/passkey-method.js';
import { RecoveryCodes } from '../../factor/recovery-codes.js';
import type { View } from '../page.js';
import { Note } from '../parts/note.js';
import { Moment, Table } from '../parts/table.js';
import type { UserVisit } from '../visit.js';

/** The second factors of the user. */
@Injectable()
export class FactorsPage {
  readonly path = '/factors';
  readonly access = 'user';
  readonly navigation = 'factors';

  constructor(
    private readonly factors: FactorService,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly method: PasskeyMethod,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const { userId } = visit.principal;
    const [rows, codes] = await Promise.all([this.factors.list(userId), this.recoveryCodes.count(userId)]);
    const notice = visit.notice(['factor_added', 'factor_renamed', 'factor_removed']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <p>{text('factors_text')}</p>
        <p class="buttons">
          <a class="button" href={visit.url('/factors/app')}>
            {text('add_app')}
          </a>
          {this.method.isUsable && (
            <a class="button" href={visit.url('/factors/passkey')}>
              {text('add_passkey')}
            </a>
          )}
        </p>
        <Table
          label={text('factors')}
          columns={[text('factor_name'), text('factor_kind'), text('added'), text('last_used'), text('actions')]}
          rows={rows.map((factor) => ({
            key: factor.id,
            cells: [
              <bdi key="name">{factor.name}</bdi>,
              kindOf(visit, factor),
              <Moment key="added" visit={visit} at={factor.created} />,
              <Moment key="used" visit={visit} at={factor.lastUsed} />,
              <Actions key="actions" visit={visit} factor={factor} />,
            ],
          }))}
          whenEmpty={text('no_factors')}
        />
        {rows.length > 0 && (
          <section>
            <h2>{text('recovery_codes')}</h2>
            <p>{text('codes_left', { count: codes })}</p>
            <p>
              <a href={visit.url('/factors/recovery-codes')}>{text('new_codes')}</a>
            </p>
          </section>
        )}
      </>
    );
    return { title: text('factors'), body };
  }
}

/** What people call the kind of a factor. */
export function kindOf({ text }: UserVisit, { kind, backedUp }: Factor): string {
  if (kind === 'totp') return text('kind_app');
  return text(backedUp === 1 ? 'kind_synced_passkey' : 'kind_passkey');
}

function Actions({ visit, factor: { id, name } }: { visit: UserVisit; factor: Factor }): VNode {
  const { text } = visit;
  return (
    <div class="row-actions">
      <a href={visit.url('/factors/rename', { id })} aria-label={`${text('rename')}: ${name}`}>
        {text('rename')}
      </a>
      <a href={visit.url('/factors/remove', { id })} aria-label={`${text('remove')}: ${name}`}>
        {text('remove')}
      </a>
    </div>
  );
}
