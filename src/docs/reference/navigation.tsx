import type { OpenAPIObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import { EVERY_CALL } from './anchors.js';
import type { Chapter } from './markdown.js';
import { anchorOf, type ReferenceGroup } from './operations.js';

/** The path of the call that creates an auth header, which other APIs call a developer key. */
const DEVELOPER_KEY_PATH = '/authheader/add';

const SLATE_URL = 'https://github.com/slatedocs/slate';

/** Methods that are too long for the panel. */
const SHORT: Readonly<Record<string, string>> = { DELETE: 'DEL', OPTIONS: 'OPT' };

interface NavigationProps {
  readonly document: OpenAPIObject;
  readonly chapters: readonly Chapter[];
  readonly groups: readonly ReferenceGroup[];
}

/** The left panel: search, the sections of the page, and further links. */
export function Navigation({ document, chapters, groups }: NavigationProps): VNode {
  const all = groups.flatMap(({ operations }) => operations);
  const developerKey = all.find(({ paths }) => paths[0] === DEVELOPER_KEY_PATH)?.id ?? 'authentication';
  return (
    <nav id="navigation" aria-label="Reference">
      <p class="brand">
        <a href="#main">{document.info.title}</a> <small>{document.info.version}</small>
      </p>
      <Search />
      <ul class="sections">
        {chapters.map(({ title }) => (
          <Entry key={title} id={anchorOf(title)} title={title} />
        ))}
        {groups.map(({ id, name, operations }) => (
          <li key={id}>
            <a href={`#${id}`}>{name}</a>
            <ul>
              {operations.map(({ id: operationId, method, title }) => (
                <li key={operationId}>
                  <a href={`#${operationId}`}>
                    {title} <b class={`method ${method.toLowerCase()}`}>{SHORT[method] ?? method}</b>
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <li>
          <a href="#errors">Errors</a>
          <ul>
            <Entry id={EVERY_CALL} title="Every call" />
          </ul>
        </li>
      </ul>
      <ul class="links">
        <li>
          <a href={`#${developerKey}`}>Sign Up for a Developer Key</a>
        </li>
        <li>
          <a href="swagger">Try the calls in Swagger UI</a>
        </li>
        <li>
          <a href="openapi.json">OpenAPI document</a>
        </li>
        <li>
          <a href="docs.md">This page as Markdown</a>
        </li>
        <li>
          <a href={SLATE_URL} rel="noreferrer">
            Documentation in the Style of Slate
          </a>
        </li>
      </ul>
    </nav>
  );
}

/** The field and the list of what is found, as a combobox with a listbox (WAI-ARIA 1.2). */
function Search(): VNode {
  return (
    <div class="search" role="search">
      <input
        type="search"
        list={undefined}
        id="search"
        placeholder="Search (press /)"
        aria-label="Search the reference"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        role="combobox"
        aria-expanded="false"
        aria-controls="found"
        aria-autocomplete="list"
      />
      <p role="status" id="search-status" />
      <ul id="found" role="listbox" aria-label="Found in the reference" hidden />
    </div>
  );
}

function Entry({ id, title }: { readonly id: string; readonly title: string }): VNode {
  return (
    <li>
      <a href={`#${id}`}>{title}</a>
    </li>
  );
}
