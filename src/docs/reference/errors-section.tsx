import { Fragment, type VNode } from 'preact';
import { ApiError } from '../../errors/api-error.js';
import { errorBody } from '../../http/errors/error-body.js';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';
import { anchorOfError, type Remedy, REMEDIES } from '../../errors/remedies.js';
import { CodeBlock } from './code-block.js';
import { RowLink } from './fields-table.js';
import { Heading } from './heading.js';
import { MarkdownLine } from './markdown.js';

const EXAMPLES = [
  { annotation: 'Errors are JSON structured like this:', path: '/user/login' },
  { annotation: 'and, on the accounts login, like this:', path: '/en/api/v1/accounts/login' },
  { annotation: 'and, on the OAuth routes, like this:', path: '/oauth/introspect' },
];

/** An error as the reference shows it. */
export interface ListedError {
  readonly code: ProblemCode;
  readonly status: number;
  readonly message: string;
  readonly remedy: Remedy;
}

/** Every error, from the same table that the server uses, by status. */
export function listedErrors(): ListedError[] {
  return Object.keys(PROBLEMS)
    .map((key) => {
      const { code, status, message } = new ApiError(key as ProblemCode);
      return { code, status, message, remedy: REMEDIES[code] };
    })
    .sort((one, other) => one.status - other.status);
}

export function Errors(): VNode {
  return (
    <section id="errors" aria-labelledby="errors-title">
      <div class="prose">
        <Heading level={2} id="errors">
          Errors
        </Heading>
        <p>The Elastic Personas API uses the following error codes:</p>
        {/* The roles stay where a narrow page stacks the cells. */}
        <table class="codes" role="table">
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader">
                Error Code
              </th>
              <th scope="col" role="columnheader">
                Meaning
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {listedErrors().map(({ code, status, message, remedy }) => (
              <tr key={code} id={anchorOfError(code)} role="row">
                <th scope="row" role="rowheader">
                  <b class="status">{status}</b> <code>{code}</code>
                  <RowLink id={anchorOfError(code)} />
                </th>
                <td role="cell">
                  {message}
                  <WhatToDo remedy={remedy} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="code">
        <div class="follows">
          {EXAMPLES.map(({ annotation, path }) => (
            <Fragment key={path}>
              <p class="annotation">{annotation}</p>
              <CodeBlock
                language="json"
                source={JSON.stringify(errorBody(new ApiError('incorrect_credentials'), path), null, 2)}
                name={`error of ${path}`}
              />
            </Fragment>
          ))}
        </div>
      </div>
    </section>
  );
}

/** A column of its own would leave each of three too narrow for sentences. */
function WhatToDo({ remedy: { cause, fix, sample } }: { readonly remedy: Remedy }): VNode {
  return (
    <>
      <p class="fact">
        <MarkdownLine text={cause} />
      </p>
      <p>
        <b>What to do:</b> <MarkdownLine text={fix} />
      </p>
      {sample !== undefined && (
        <p>
          <code class="command" dir="ltr">
            {sample}
          </code>
        </p>
      )}
    </>
  );
}
