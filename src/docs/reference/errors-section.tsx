import { Fragment, type VNode } from 'preact';
import { ApiError } from '../../errors/api-error.js';
import { errorBody } from '../../http/errors/error-body.js';
import { PROBLEMS, type ProblemCode } from '../../errors/problems.js';
import { CodeBlock } from './code-block.js';
import { Heading } from './heading.js';

const EXAMPLES = [
  { annotation: 'Errors are JSON structured like this:', path: '/user/login' },
  { annotation: 'and, on the accounts login, like this:', path: '/en/api/v1/accounts/login' },
  { annotation: 'and, on the OAuth routes, like this:', path: '/oauth/introspect' },
];

/** Every error, from the same table that the server uses. */
export function Errors(): VNode {
  const errors = Object.keys(PROBLEMS).map((code) => new ApiError(code as ProblemCode));
  errors.sort((one, other) => one.status - other.status);
  return (
    <section id="errors" aria-labelledby="errors-title">
      <div class="prose">
        <Heading level={2} id="errors">
          Errors
        </Heading>
        <p>The Elastic personas API uses the following error codes:</p>
        <table class="codes">
          <thead>
            <tr>
              <th scope="col">Error Code</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(({ code, status, message }) => (
              <tr key={code}>
                <th scope="row">
                  <b class="status">{status}</b> <code>{code}</code>
                </th>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="code">
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
    </section>
  );
}
