import type { OpenAPIObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import type { Chapter } from './markdown.js';
import { anchorOf, type ReferenceGroup } from './operations.js';

/** The path of the call that creates an auth header, which other APIs call a developer key. */
const DEVELOPER_KEY_PATH = '/authheader/add';

interface NavigationProps {
  readonly document: OpenAPIObject;
  readonly chapters: readonly Chapter[];
  readonly groups: readonly ReferenceGroup[];
}

/** The left panel: search, the sections of the page, and further links. */
export function Navigation({ document, chapters, groups }: NavigationProps): VNode {
  const all = groups.flatMap(({ operations }) => operations);
  const developerKey = all.find(({ path }) => path === DEVELOPER_KEY_PATH)?.id ?? 'authentication';
  return (
    <nav id="navigation" aria-label="Reference">
      <p class="brand">
        <a href="#main">{document.info.title}</a>
      </p>
      <div class="search" role="search">
        <input type="search" id="search" placeholder="Search" aria-label="Search the reference" autocomplete="off" />
        <p role="status" id="search-status" />
      </div>
      <ul class="sections">
        {chapters.map(({ title }) => (
          <Entry key={title} id={anchorOf(title)} title={title} />
        ))}
        {groups.map(({ id, name, operations }) => (
          <li key={id}>
            <a href={`#${id}`}>{name}</a>
            <ul>
              {operations.map(({ id: operationId, title, path, isTitleShared }) => (
                <li key={operationId}>
                  <a href={`#${operationId}`}>
                    {title} {isTitleShared && <small>{path}</small>}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <Entry id="errors" title="Errors" />
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
          <a href="https://github.com/slatedocs/slate" rel="noreferrer">
            Documentation modelled on Slate
          </a>
        </li>
      </ul>
    </nav>
  );
}

function Entry({ id, title }: { readonly id: string; readonly title: string }): VNode {
  return (
    <li>
      <a href={`#${id}`}>{title}</a>
    </li>
  );
}
