import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import type { CommonParts } from './common-parts.js';
import { Heading } from './heading.js';
import { Markdown } from './markdown.js';
import { type ReferenceOperation, samplesOf, tagOf } from './operations.js';
import { Body, IN_THE_HEADERS, IN_THE_URL, Parameters } from './request.js';
import { Answer, Example, Refusals } from './response.js';
import { Samples } from './samples.js';
import type { Schemas } from './schema-fields.js';

export interface OperationSectionProps {
  readonly found: ReferenceOperation;
  readonly document: OpenAPIObject;
  readonly serverUrl: string;
  readonly common: CommonParts;
}

/** The operation whose section has the warning of the Slate document. */
const WITH_WARNING = 'get-a-specific-kitten';

/** The section of one operation: its description, parameters and responses on the left, its samples on the right. */
export function OperationSection({ found, document, serverUrl, common }: OperationSectionProps): VNode {
  const { id, operationIds, method, paths, title, operation } = found;
  const schemas: Schemas = document.components?.schemas ?? {};
  const shared = { operation, schemas, section: id, common };
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="prose">
        <Heading level={3} id={id} aliases={operationIds.filter((operationId) => operationId !== id)}>
          {title}
        </Heading>
        <Markdown text={operation.description} />
        {operation.deprecated && (
          <div class="warning" role="note">
            This call is deprecated: it will go.
          </div>
        )}
        {id === WITH_WARNING && (
          <div class="warning" role="note">
            Inside HTML code blocks like this one, you can’t use Markdown, so use <code>&lt;code&gt;</code> blocks to
            denote code.
          </div>
        )}
        <h4 class="part">HTTP Request</h4>
        {paths.map((path) => (
          <p key={path} class="request">
            <code dir="ltr">
              <b class={`method ${method.toLowerCase()}`}>{method}</b> {serverUrl}
              <span class="path">{path}</span>
            </code>
          </p>
        ))}
        <Access operation={operation} document={document} />
        <p class="try">
          <a href={`swagger#/${encodeURIComponent(tagOf(operation))}/${operationIds[0] ?? id}`}>Try it in Swagger UI</a>
        </p>
        <Parameters {...shared} titles={IN_THE_URL} />
        <Body {...shared} />
        <Parameters {...shared} titles={IN_THE_HEADERS} />
        <Answer {...shared} />
        <Refusals {...shared} />
      </div>
      <div class="code">
        <div class="follows">
          <Samples samples={samplesOf(operation)} title={title} />
          <Example operation={operation} title={title} common={common} />
        </div>
      </div>
    </section>
  );
}

/** The credentials that the operation accepts. */
function Access({ operation, document }: { operation: OperationObject; document: OpenAPIObject }): VNode {
  const requirements = operation.security ?? document.security ?? [];
  const schemes = requirements.flatMap((requirement) => Object.keys(requirement));
  if (schemes.length === 0) return <p class="access">Public: needs no credential.</p>;
  return (
    <p class="access">
      Needs a credential:{' '}
      {schemes.map((scheme, index) => (
        <Fragment key={scheme}>
          {index > 0 && ' or '}
          <a href="#authentication">
            <code>{scheme}</code>
          </a>
        </Fragment>
      ))}
      .
    </p>
  );
}
