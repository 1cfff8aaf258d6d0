import type { OpenAPIObject } from '@nestjs/swagger';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type CommonParts, commonPartsOf } from './common-parts.js';
import { Errors } from './errors-section.js';
import { EveryCall } from './every-call.js';
import { Heading } from './heading.js';
import { Markdown } from './markdown.js';
import { Navigation } from './navigation.js';
import { OperationSection } from './operation-section.js';
import { OpeningChapter, openingChapters } from './opening-chapter.js';
import { groupsOf, type ReferenceGroup } from './operations.js';
import { LanguageTabs, languagesOf } from './samples.js';
import { SUMMARY } from './summary.js';

/**
 * Renders a document as the reference page: navigation, prose and samples.
 * Its links and files are relative, so that a path prefix of a proxy does not break them.
 * @param serverUrl the base URL in the displayed requests
 */
export function renderReference(document: OpenAPIObject, serverUrl: string): string {
  return `<!doctype html>\n${renderToString(<Page document={document} serverUrl={serverUrl} />)}\n`;
}

interface PageProps {
  readonly document: OpenAPIObject;
  readonly serverUrl: string;
}

function Page({ document, serverUrl }: PageProps): VNode {
  const groups = groupsOf(document);
  const chapters = openingChapters(document);
  const languages = languagesOf(document);
  const common = commonPartsOf(document);
  const title = `${document.info.title} Reference`;
  return (
    <html lang="en" data-languages={languages.map(({ lang }) => lang).join(' ')}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <meta name="description" content={SUMMARY} />
        <meta property="og:title" content={title} />
        <meta property="og:description" content={SUMMARY} />
        <meta property="og:type" content="website" />
        <link rel="icon" href="docs/icon.svg" type="image/svg+xml" />
        <link rel="alternate" href="docs.md" type="text/markdown" title="This page as Markdown" />
        <link rel="stylesheet" href="docs/base.css" />
        <link rel="stylesheet" href="docs/reference.css" />
        {/* Not deferred: it picks the language before anything shows. */}
        <script src="docs/language.js" />
        <script type="module" src="docs/reference.js" />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the reference
        </a>
        <header>
          <button type="button" class="menu" aria-expanded="false" aria-controls="navigation">
            Menu
          </button>
        </header>
        <Navigation document={document} chapters={chapters} groups={groups} />
        <main id="main" tabIndex={-1}>
          <h1 class="unseen">{title}</h1>
          <LanguageTabs languages={languages} />
          {chapters.map((chapter) => (
            <OpeningChapter key={chapter.title} chapter={chapter} document={document} />
          ))}
          {groups.map((group) => (
            <Group key={group.id} group={group} document={document} serverUrl={serverUrl} common={common} />
          ))}
          <Errors />
          <EveryCall common={common} schemas={document.components?.schemas ?? {}} />
        </main>
        <p id="announcement" role="status" class="unseen" />
      </body>
    </html>
  );
}

interface GroupProps extends PageProps {
  readonly group: ReferenceGroup;
  readonly common: CommonParts;
}

function Group({ group, document, serverUrl, common }: GroupProps): VNode {
  return (
    <>
      <section id={group.id} class="group" aria-labelledby={`${group.id}-title`}>
        <div class="prose">
          <Heading level={2} id={group.id}>
            {group.name}
          </Heading>
          <Markdown text={group.description} />
        </div>
        <div class="code" />
      </section>
      {group.operations.map((found) => (
        <OperationSection key={found.id} found={found} document={document} serverUrl={serverUrl} common={common} />
      ))}
    </>
  );
}
