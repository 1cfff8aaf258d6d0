import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import { Heading } from './heading.js';
import { Markdown } from './markdown.js';
import { type ReferenceOperation, samplesOf } from './operations.js';
import { Body, IN_THE_HEADERS, IN_THE_URL, Parameters } from './request.js';
import { Answer, Example, Refusals, successOf } from './response.js';
import { Samples } from './samples.js';
import type { Schemas } from './schema-fields.js';

export interface OperationSectionProps {
  readonly found: ReferenceOperation;
  readonly document: OpenAPIObject;
  readonly serverUrl: string;
}

/** The section of one operation: its description, parameters and responses on the left, its samples on the right. */
export function OperationSection({ found, document, serverUrl }: OperationSectionProps): VNode {
  const { id, method, path, title, operation } = found;
  const schemas: Schemas = document.components?.schemas ?? {};
  const answer = successOf(operation);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="prose">
        <Heading level={3} id={id}>
          {title}
        </Heading>
        <Markdown text={operation.description} />
        {operation.deprecated && (
          <div class="warning" role="note">
            This call is deprecated: it will go.
          </div>
        )}
        <h4>HTTP Request</h4>
        <p class="request">
          <code>
            <b class={`method ${method.toLowerCase()}`}>{method}</b> {serverUrl}
            {path}
          </code>
        </p>
        <Access operation={operation} document={document} />
        <Parameters titles={IN_THE_URL} operation={operation} schemas={schemas} />
        <Body operation={operation} schemas={schemas} />
        <Parameters titles={IN_THE_HEADERS} operation={operation} schemas={schemas} />
        <Answer answer={answer} schemas={schemas} />
        <Refusals operation={operation} />
      </div>
      <div class="code">
        <Samples samples={samplesOf(operation)} title={title} />
        <Example answer={answer} title={title} hasSamples={samplesOf(operation).length > 0} />
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
