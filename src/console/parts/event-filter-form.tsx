import type { VNode } from 'preact';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../audit/audit-actions.js';
import { type GivenFilter } from '../event-filter.js';
import type { UserVisit } from '../visit.js';
import { Choice, type Complaints, Field, Summary } from './form.js';
import { Language } from './search-form.js';

interface EventFilterFormProps {
  readonly visit: UserVisit;
  readonly complaints: Complaints | undefined;
  readonly given: GivenFilter;
}

/** The filter of the events. It is open while it filters. */
export function EventFilterForm({ visit, complaints, given }: EventFilterFormProps): VNode {
  const { text } = visit;
  const isFiltered = Object.values(given).some((value) => value !== undefined);
  const labels = {
    action: text('action'),
    outcome: text('outcome'),
    userId: text('event_who'),
    target: text('target'),
    from: text('from_day'),
    until: text('until_day'),
  };
  const plain = { autocapitalize: 'none', spellcheck: false, autocomplete: 'off' } as const;
  const any = ['', text('any')] as const;
  return (
    <>
      {complaints !== undefined && <Summary visit={visit} complaints={complaints} labels={labels} />}
      <details class="filter" open={isFiltered}>
        <summary>{text('filter')}</summary>
        <form method="get" action={visit.url('/events')}>
          <Language visit={visit} />
          <div class="columns">
            <Choice
              name="action"
              label={labels.action}
              complaints={complaints}
              options={[any, ...AUDIT_ACTIONS.map((action) => [action, action] as const)]}
              chosen={given.action ?? ''}
            />
            <Choice
              name="outcome"
              label={labels.outcome}
              complaints={complaints}
              options={[any, ...AUDIT_OUTCOMES.map((outcome) => [outcome, text(`outcome_${outcome}`)] as const)]}
              chosen={given.outcome ?? ''}
            />
            <Field
              name="userId"
              label={labels.userId}
              hint={text('who_hint')}
              complaints={complaints}
              input={{ value: given.userId ?? '', ...plain }}
            />
            <Field
              name="target"
              label={labels.target}
              hint={text('target_hint')}
              complaints={complaints}
              input={{ value: given.target ?? '', dir: 'ltr', ...plain }}
            />
            <Field
              name="from"
              label={labels.from}
              complaints={complaints}
              input={{ type: 'date', value: given.from ?? '' }}
            />
            <Field
              name="until"
              label={labels.until}
              complaints={complaints}
              input={{ type: 'date', value: given.until ?? '' }}
            />
          </div>
          <p class="buttons">
            <button>{text('show_events')}</button>
            {isFiltered && <a href={visit.url('/events')}>{text('remove_filter')}</a>}
          </p>
        </form>
      </details>
    </>
  );
}
