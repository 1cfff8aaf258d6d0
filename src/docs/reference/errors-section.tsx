import { Fragment, type VNode } from 'preact';
import { ApiError } from '../../errors/api-error.js';
import { errorBody } from '../../http/errors/error-body.js';
import { type Problem, PROBLEMS, type ProblemCode } from '../../errors/problems.js';
import { errorAnchor } from './anchors.js';
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
  /** What to do about it, in Markdown. */
  readonly remedy?: string;
}

/** Every error, from the same table that the server uses, by status. */
export function listedErrors(): ListedError[] {
  return Object.keys(PROBLEMS)
    .map((key) => {
      const { code, status, message } = new ApiError(key as ProblemCode);
      const { remedy }: Problem & { remedy?: string } = PROBLEMS[code];
      return { code, status, message, ...(remedy !== undefined && { remedy }) };
    })
    .sort((one, other) => one.status - other.status);
}

export function Errors(): VNode {
  const errors = listedErrors();
  const hasRemedies = errors.some(({ remedy }) => remedy !== undefined);
  return (
    <section id="errors" aria-labelledby="errors-title">
      <div class="prose">
        <Heading level={2} id="errors">
          Errors
        </Heading>
        <p>The Elastic Personas API uses the following error codes:</p>
        <table class="codes">
          <thead>
            <tr>
              <th scope="col">Error Code</th>
              <th scope="col">Meaning</th>
              {hasRemedies && <th scope="col">What to do</th>}
            </tr>
          </thead>
          <tbody>
            {errors.map(({ code, status, message, remedy }) => (
              <tr key={code} id={errorAnchor(code)}>
                <th scope="row">
                  <b class="status">{status}</b> <code>{code}</code>
                  <RowLink id={errorAnchor(code)} />
                </th>
                <td>{message}</td>
                {hasRemedies && (
                  <td>
                    <MarkdownLine text={remedy} />
                  </td>
                )}
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
