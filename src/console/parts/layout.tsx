import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { directionOf, LOCALES } from '../../i18n/locales.js';
import type { ConsolePage, View } from '../page.js';
import { LANGUAGE_NAMES } from '../text/texts.js';
import { UserVisit, type Visit } from '../visit.js';

/** The HTML of a page. @param pages all of them, for the navigation */
export function renderPage(visit: Visit, view: View, pages: readonly ConsolePage[]): string {
  return `<!doctype html>\n${renderToString(<Layout visit={visit} view={view} pages={pages} />)}\n`;
}

interface LayoutProps {
  readonly visit: Visit;
  readonly view: View;
  readonly pages: readonly ConsolePage[];
}

function Layout({ visit, view, pages }: LayoutProps): VNode {
  const { text, locale } = visit;
  const title = view.isError === true ? text('error_title', { title: view.title }) : view.title;
  return (
    <html lang={locale} dir={directionOf(locale)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – ${text('product')}`}</title>
        <link rel="icon" href={visit.file('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={visit.file('base.css')} />
        <link rel="stylesheet" href={visit.file('console.css')} />
        <script type="module" src={visit.file('console.js')} />
        {view.usesPasskeys === true && (
          <>
            <script defer src={visit.file('webauthn.js')} />
            <script type="module" src={visit.file('passkey.js')} />
          </>
        )}
      </head>
      <body class={visit instanceof UserVisit ? '' : 'bare'}>
        <a class="skip" href="#main">
          {text('skip')}
        </a>
        {visit instanceof UserVisit && <Side visit={visit} pages={pages} />}
        <main id="main" tabIndex={-1}>
          {!(visit instanceof UserVisit) && <p class="brand">{text('product')}</p>}
          <h1>{view.title}</h1>
          {view.body}
          {view.hasSecretAddress !== true && <Languages visit={visit} />}
        </main>
      </body>
    </html>
  );
}

/** The navigation. Without a script it opens and closes as well, since it is a `details` on a narrow page. */
function Side({ visit, pages }: { visit: UserVisit; pages: readonly ConsolePage[] }): VNode {
  const { text, principal } = visit;
  const entries = <Entries visit={visit} pages={pages} />;
  return (
    <header>
      <p class="brand">
        <a href={visit.url('')}>{text('product')}</a>
      </p>
      <details class="narrow-menu">
        <summary>{text('menu')}</summary>
        <nav aria-label={text('menu')}>{entries}</nav>
      </details>
      <nav class="wide-menu" aria-label={text('menu')}>
        {entries}
      </nav>
      <form class="account" method="post" action={visit.url('/logout')}>
        <p>{text('logged_in_as', { name: principal.username })}</p>
        <button class="quiet">{text('log_out')}</button>
      </form>
    </header>
  );
}

function Entries({ visit, pages }: { visit: UserVisit; pages: readonly ConsolePage[] }): VNode {
  const { text } = visit;
  const own = pages.filter(({ access }) => access !== 'administrator');
  const administration = pages.filter(({ access }) => access === 'administrator');
  return (
    <>
      <List visit={visit} all={pages} pages={own} label={text('own_account')} />
      {visit.isAdministrator && (
        <List visit={visit} all={pages} pages={administration} label={text('administration')} />
      )}
      <ul class="links">
        <li>
          <a href={`${visit.parts.prefix}/docs`}>{text('reference')}</a>
        </li>
      </ul>
    </>
  );
}

interface ListProps {
  readonly visit: UserVisit;
  readonly all: readonly ConsolePage[];
  readonly pages: readonly ConsolePage[];
  readonly label: string;
}

function List({ visit, all, pages, label }: ListProps): VNode | null {
  const shown = pages.flatMap(({ path, navigation }) => (navigation === undefined ? [] : [{ path, navigation }]));
  if (shown.length === 0) return null;
  const here = all.find(({ path }) => path === visit.parts.path);
  const current = here?.navigation === undefined ? here?.partOf : here.path;
  return (
    <>
      <p class="list-title">{label}</p>
      <ul>
        {shown.map(({ path, navigation }) => (
          <li key={path}>
            <a href={visit.url(path)} aria-current={currencyOf(path, current, visit)}>
              {visit.text(navigation)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whether an entry is this page, or the one that this page belongs to. */
function currencyOf(path: string, current: string | undefined, visit: Visit): 'page' | 'true' | undefined {
  if (path !== current) return undefined;
  return path === visit.parts.path ? 'page' : 'true';
}

function Languages({ visit }: { visit: Visit }): VNode {
  return (
    <nav class="languages" aria-label={visit.text('languages')}>
      <ul>
        {LOCALES.map((locale) => (
          <li key={locale}>
            <a
              href={visit.inLanguage(locale)}
              lang={locale}
              hreflang={locale}
              aria-current={locale === visit.locale ? 'true' : undefined}
            >
              {LANGUAGE_NAMES[locale]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
