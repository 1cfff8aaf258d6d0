import type { OpenAPIObject } from '@nestjs/swagger';
import { Fragment, type VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { FieldsTable } from './fields-table.js';
import { Heading } from './heading.js';
import { LoginPanel } from './login-panel.js';
import { type Chapter, chaptersOf, Markdown } from './markdown.js';
import { anchorOf, groupsOf, samplesOf } from './operations.js';
import { languagesOf, Samples } from './samples.js';

const INTRODUCTION = 'Introduction';
const AUTHENTICATION = 'Authentication';
const LIST = new Intl.ListFormat('en');

const QUICK_START = [
  {
    path: '/user/login',
    annotation: 'Quick start: put the password of the administrator into the variable PASSWORD, log in,',
  },
  { path: '/user/me', annotation: 'and ask who you are:' },
];

const WAYS_TO_PRESENT = `Authorization: Bearer <JWT>
Authorization: Bearer <auth header>
X-Authorization: <JWT or auth header>
X-API-Key: <auth header>`;

/** The chapters of the document's description, before any operation. */
export function openingChapters({ info }: OpenAPIObject): Chapter[] {
  return chaptersOf(info.description ?? '', INTRODUCTION);
}

export interface OpeningChapterProps {
  readonly chapter: Chapter;
  readonly document: OpenAPIObject;
}

/** An opening chapter, with the additions of the page to the first chapters. */
export function OpeningChapter({ chapter: { title, text }, document }: OpeningChapterProps): VNode {
  const id = anchorOf(title);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="prose">
        <Heading level={2} id={id}>
          {title}
        </Heading>
        <Markdown text={text} />
        {title === INTRODUCTION && <HowToRead document={document} />}
        {title === AUTHENTICATION && <Credentials document={document} />}
      </div>
      <div class="code">
        {title === INTRODUCTION && <QuickStart document={document} />}
        {title === AUTHENTICATION && <WaysToAuthenticate />}
      </div>
    </section>
  );
}

function HowToRead({ document }: { readonly document: OpenAPIObject }): VNode {
  const languages = languagesOf(document).map(({ label }) => label);
  return (
    <>
      {languages.length > 0 && (
        <p>
          We have samples in {LIST.format(languages)}! You can view code examples in the dark area{' '}
          <span class="wide-only">to the right</span>
          <span class="narrow-only">below each call</span>, and you can switch the programming language of the examples
          with the tabs <span class="wide-only">in the top right</span>
          <span class="narrow-only">at the top</span>.
        </p>
      )}
      <p>
        This API documentation page is made from the server’s own <a href="openapi.json">OpenAPI document</a>, in the
        style of{' '}
        <a href="https://github.com/slatedocs/slate" rel="noreferrer">
          Slate
        </a>
        . <a href="swagger">Swagger UI</a> shows the same calls, to try them. Feel free to use it as a base for your own
        API’s documentation. It is also <a href="docs.md">one Markdown text</a>.
      </p>
    </>
  );
}

/** The login of the page, and the first calls of a newcomer. */
function QuickStart({ document }: { readonly document: OpenAPIObject }): VNode {
  const all = groupsOf(document).flatMap((group) => group.operations);
  const steps = QUICK_START.flatMap(({ path, annotation }) => {
    const found = all.find(({ paths }) => paths[0] === path);
    return found === undefined ? [] : [{ ...found, annotation }];
  });
  return (
    <>
      <LoginPanel />
      {steps.map(({ id, title, operation, annotation }) => (
        <Fragment key={id}>
          <p class="annotation">{annotation}</p>
          <Samples samples={samplesOf(operation)} title={`Quick start: ${title}`} />
        </Fragment>
      ))}
    </>
  );
}

function Credentials({ document: { components = {} } }: { readonly document: OpenAPIObject }): VNode {
  const schemes = Object.entries(components.securitySchemes ?? {});
  const rows = schemes.map(([name, scheme]) => ({
    name,
    description: 'description' in scheme ? scheme.description : undefined,
    schema: { type: 'bearerFormat' in scheme ? scheme.bearerFormat : 'name' in scheme ? scheme.name : 'string' },
  }));
  return (
    <FieldsTable
      title="Credentials"
      kind="Credential"
      level={3}
      section={anchorOf(AUTHENTICATION)}
      rows={rows}
      schemas={components.schemas ?? {}}
    />
  );
}

function WaysToAuthenticate(): VNode {
  return (
    <div class="follows">
      <p class="annotation">
        Authentication is handled by <code>JWT token</code>.
      </p>
      <CodeBlock language="http" source={WAYS_TO_PRESENT} name="ways to present a credential" />
    </div>
  );
}
