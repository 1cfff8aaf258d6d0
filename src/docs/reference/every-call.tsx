import type { VNode } from 'preact';
import { EVERY_CALL } from './anchors.js';
import type { CommonParts } from './common-parts.js';
import { FieldsTable, rowOf } from './fields-table.js';
import { Heading } from './heading.js';
import { RefusalsTable } from './response.js';
import type { Schemas } from './schema-fields.js';

interface EveryCallProps {
  readonly common: CommonParts;
  readonly schemas: Schemas;
}

/** What most operations take and answer, so that no section of an operation repeats it. */
export function EveryCall({ common, schemas }: EveryCallProps): VNode {
  return (
    <section id={EVERY_CALL} aria-labelledby={`${EVERY_CALL}-title`}>
      <div class="prose">
        <Heading level={3} id={EVERY_CALL}>
          Every call
        </Heading>
        <p>Nearly every call takes and answers what follows, also where its own section does not repeat it.</p>
        <p>
          A page of another origin can call the API from a browser (CORS) if the server’s setting{' '}
          <code>CORS_ORIGINS</code> names that origin.
        </p>
        <FieldsTable
          title="Request Headers"
          kind="Header"
          section={EVERY_CALL}
          schemas={schemas}
          rows={common.parameters.map(({ name, ...rest }) => rowOf(name, rest, schemas))}
        />
        <FieldsTable
          title="Response Headers"
          kind="Header"
          section={EVERY_CALL}
          schemas={schemas}
          rows={common.headers.map(([name, header]) => rowOf(name, header, schemas))}
        />
        <h4 class="part">Errors</h4>
        <RefusalsTable refusals={common.errors.map(({ status, response }) => [status, response])} />
        <Exceptions errors={common.errors} />
      </div>
      <div class="code" />
    </section>
  );
}

function Exceptions({ errors }: Pick<CommonParts, 'errors'>): VNode {
  return (
    <>
      {errors
        .filter(({ exceptions }) => exceptions.length > 0)
        .map(({ status, exceptions }) => (
          <p key={status}>
            Without <b class="status">{status}</b>:{' '}
            {exceptions.map(({ id, title }, index) => (
              <span key={id}>
                {index > 0 && ', '}
                <a href={`#${id}`}>{title}</a>
              </span>
            ))}
            .
          </p>
        ))}
    </>
  );
}
