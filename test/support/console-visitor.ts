import { refuseLeaks } from './leaks.js';
import { send } from './send.js';
import { ADMIN, type RunningServer } from './server.js';

/** A page as it came. */
export interface VisitedPage {
  readonly status: number;
  readonly headers: Headers;
  /** The source. */
  readonly html: string;
  /** What can be read, with single blanks. */
  readonly text: string;
  /** Where the page leads, below `/console`; undefined if it does not. */
  readonly to: string | undefined;
}

/** What a browser says of a form of this server's own page. */
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

/** A person in the console, as a browser without a script sends their requests. It keeps the cookie. */
export class ConsoleVisitor {
  cookie = '';

  /** @param address from which the visitor comes, to a server behind a proxy */
  constructor(
    private readonly server: RunningServer,
    private readonly address?: string,
  ) {}

  get(page: string, headers: Record<string, string> = {}): Promise<VisitedPage> {
    return this.ask('GET', page, headers);
  }

  submit(
    page: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = SAME_ORIGIN,
  ): Promise<VisitedPage> {
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return this.ask('POST', page, form, new URLSearchParams(fields).toString());
  }

  async logIn(name = ADMIN.username, password = ADMIN.password): Promise<this> {
    const { status, to, html } = await this.submit('/login', { name, password });
    if (status !== 303 || to !== '') throw new Error(`The login answered ${status}, ${to ?? ''}: ${html}`);
    return this;
  }

  private async ask(
    method: string,
    page: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<VisitedPage> {
    const answer = await send(`${this.server.url}/console${page}`, {
      method,
      headers: {
        ...(this.address === undefined ? {} : { 'x-forwarded-for': this.address }),
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...headers,
      },
      body,
    });
    // The name of an element is no SQL.
    if (answer.status >= 400) refuseLeaks(answer.text.replaceAll(/<\/?select\b/g, '<'), this.server);
    const set = answer.headers.get('set-cookie');
    if (set !== null) this.cookie = set.includes('Max-Age=0') ? '' : (set.split(';', 1)[0] ?? '');
    const { status, text: html } = answer;
    const location = answer.headers.get('location');
    return { status, headers: answer.headers, html, text: readable(html), to: location?.replace(/^.*?\/console/, '') };
  }
}

/** The text of a page without its tags. */
function readable(html: string): string {
  const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
  return html
    .replaceAll(/<(?:style|script)[^>]*>[^<]*<\/\w+>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&\w+;/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The value of a hidden field, or an id in a link, that a page holds. */
export function valueIn(html: string, pattern: RegExp): string {
  const [, value] = pattern.exec(html) ?? [];
  if (value === undefined) throw new Error(`The page has no ${String(pattern)}: ${html}`);
  return value;
}
