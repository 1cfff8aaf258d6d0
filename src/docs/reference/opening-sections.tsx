import type { OpenAPIObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { Heading } from './heading.js';
import { Markdown, MarkdownLine } from './markdown.js';
import { languagesOf } from './samples.js';

const LIST = new Intl.ListFormat('en');

const WAYS_TO_PRESENT = `Authorization: Bearer <JWT>
Authorization: Bearer <auth header>
X-Authorization: <JWT or auth header>
X-API-Key: <auth header>`;

export interface OpeningProps {
  readonly document: OpenAPIObject;
}

/** What the API is, and how to read the page. */
export function Introduction({ document }: OpeningProps): VNode {
  const languages = languagesOf(document).map(({ label }) => label);
  return (
    <section id="introduction" aria-labelledby="introduction-title">
      <div class="prose">
        <Heading level={2} id="introduction">
          Introduction
        </Heading>
        <Markdown text={document.info.description} />
        <p>You can use our API to access Elastic personas API endpoints.</p>
        {languages.length > 0 && (
          <p>
            We have language bindings in {LIST.format(languages)}! You can view code examples in the dark area{' '}
            <span class="wide-only">to the right</span>
            <span class="narrow-only">below each call</span>, and you can switch the programming language of the
            examples with the tabs <span class="wide-only">in the top right</span>
            <span class="narrow-only">at the top</span>.
          </p>
        )}
        <p>
          This page is made from the server’s own <a href="openapi.json">OpenAPI document</a>.{' '}
          <a href="swagger">Swagger UI</a> shows the same calls, to try them.
        </p>
      </div>
      <div class="code" />
    </section>
  );
}

/** How to present a credential, of whichever kind. */
export function Authentication({ document }: OpeningProps): VNode {
  const schemes = Object.entries(document.components?.securitySchemes ?? {});
  return (
    <section id="authentication" aria-labelledby="authentication-title">
      <div class="prose">
        <Heading level={2} id="authentication">
          Authentication
        </Heading>
        <p>Elastic personas uses JWT token keys to allow access to the API.</p>
        <p>
          Elastic personas expects for the JWT token to be included in all API requests to the server in a header that
          looks like the following:
        </p>
        <p class="request">
          <code>Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImp0aSI6IjVlOWRlOGVmNWJiNGVlM2U4MGE1O…</code>
        </p>
        <aside class="notice" aria-label="Notice">
          You must login to get <code>Bearer token</code> to access for API.
        </aside>
        <p>Programs present an auth header in its place. A request carries one credential, of either kind:</p>
        <table>
          <thead>
            <tr>
              <th scope="col">Credential</th>
              <th scope="col">Description</th>
            </tr>
          </thead>
          <tbody>
            {schemes.map(([name, scheme]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>{'description' in scheme && <MarkdownLine text={scheme.description} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="code">
        <p class="annotation">
          Authentication is handled by <code>JWT token</code>.
        </p>
        <CodeBlock language="http" source={WAYS_TO_PRESENT} name="ways to present a credential" />
      </div>
    </section>
  );
}
