import { Injectable } from '@nestjs/common';
import { AuthHeaderOwners } from '../../authheader/auth-header-owners.js';
import { AuthHeaderService } from '../../authheader/authheader.service.js';
import { authHeaderIn } from '../../authheader/new-auth-header.js';
import { Settings } from '../../config/settings.js';
import { defaultEnd, endOptions, readAuthHeaderForm, windowOptions } from '../auth-header-form.js';
import { listOf, OwnerField, ownerIn } from '../auth-header-owner.js';
import { orAgain } from '../complaints.js';
import type { Answer, View } from '../page.js';
import { Buttons, Choice, type Complaints, Field, Form } from '../parts/form.js';
import { tokenView } from '../parts/token.js';
import type { UserVisit } from '../visit.js';

/** Makes an auth header, and shows its token. */
@Injectable()
export class NewAuthHeaderPage {
  readonly path = '/authheaders/new';
  readonly access = 'user';
  readonly needsRecentLogin = true;
  readonly partOf = '/authheaders';

  constructor(
    private readonly authHeaders: AuthHeaderService,
    private readonly owners: AuthHeaderOwners,
    private readonly settings: Settings,
  ) {}

  show(visit: UserVisit): View {
    return this.view(visit);
  }

  submit(visit: UserVisit): Promise<Answer> {
    return orAgain(
      visit,
      async () => {
        const wanted = authHeaderIn(await readAuthHeaderForm(visit));
        const delegation = await this.owners.delegationOf(visit.principal, ownerIn(visit));
        return tokenView(visit, await this.authHeaders.add(delegation, wanted, visit.actor), listOf(visit));
      },
      (complaints) => this.view(visit, complaints),
    );
  }

  private view(visit: UserVisit, complaints?: Complaints): View {
    const { text } = visit;
    const { authHeaderMaxAgeDays } = this.settings;
    const labels = {
      name: text('auth_header_name'),
      expires: text('ends'),
      date: text('end_date'),
      scopes: text('scopes'),
      allowedIps: text('networks'),
      'rateLimit.limit': text('limit'),
      'rateLimit.windowSeconds': text('window'),
    };
    const plain = { autocapitalize: 'none', spellcheck: false, autocomplete: 'off' } as const;
    const body = (
      <Form visit={visit} to={this.path} complaints={complaints} labels={labels}>
        <OwnerField visit={visit} />
        <Field
          name="name"
          label={labels.name}
          hint={text('auth_header_name_hint')}
          complaints={complaints}
          input={{ value: visit.field('name'), maxLength: 100, required: true, autocomplete: 'off' }}
        />
        <Choice
          name="expires"
          label={labels.expires}
          complaints={complaints}
          options={endOptions(visit, authHeaderMaxAgeDays)}
          chosen={visit.field('expires') || defaultEnd(authHeaderMaxAgeDays)}
        />
        <Field
          name="date"
          label={labels.date}
          hint={text('end_date_hint')}
          complaints={complaints}
          input={{ type: 'date', value: visit.field('date') }}
        />
        <Field
          name="scopes"
          label={labels.scopes}
          hint={text('scopes_hint')}
          complaints={complaints}
          input={{ value: visit.field('scopes'), dir: 'ltr', ...plain }}
        />
        <Field
          name="allowedIps"
          label={labels.allowedIps}
          hint={text('networks_hint')}
          complaints={complaints}
          input={{ value: visit.field('allowedIps') }}
          lines={3}
        />
        <Field
          name="rateLimit.limit"
          label={labels['rateLimit.limit']}
          hint={text('limit_hint')}
          complaints={complaints}
          input={{ value: visit.field('rateLimit.limit'), inputMode: 'numeric', ...plain }}
        />
        <Choice
          name="rateLimit.windowSeconds"
          label={labels['rateLimit.windowSeconds']}
          complaints={complaints}
          options={windowOptions(visit)}
          chosen={visit.field('rateLimit.windowSeconds') || '60'}
        />
        <Buttons label={text('make')} back={{ url: visit.url(listOf(visit)), label: text('cancel') }} />
      </Form>
    );
    return { title: text('add_auth_header'), body };
  }
}
