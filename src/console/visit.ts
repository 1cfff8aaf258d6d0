import type { Actor } from '../auth/actor.js';
import type { Principal } from '../auth/principal.js';
import { RECENT_LOGIN_SECONDS } from '../auth/recent-login.decorator.js';
import type { Delegation } from '../authheader/delegation.js';
import type { PageRequest } from '../database/paging.js';
import type { Form } from '../http/form-body.js';
import { readId } from '../http/id.js';
import type { Origin } from '../net/origin.js';
import type { Locale } from '../i18n/locales.js';
import { CONSOLE_PATH } from './console-path.js';
import { type TextIn, textsIn } from './text/texts.js';
import type { TextKey } from './text/en.js';

/** How many rows of a list a page shows. */
const PAGE_LENGTH = 50;

/** The user of a session in the console. */
export interface Visitor {
  readonly principal: Principal;
  readonly actor: Actor;
  readonly sessionId: string;
  readonly began: Date;
  readonly ends: Date;
}

/** What a visit is made of. */
export interface VisitParts {
  /** What precedes `/console` in the URL of a page: the path of `PUBLIC_URL`. */
  readonly prefix: string;
  /** The URL at which clients reach the server, for what is copied out of a page. */
  readonly serverUrl: string;
  /** The page that was asked for, below `/console`; there may be none. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: Form;
  readonly locale: Locale;
  /** Whether the visitor chose the language. The links of the page then keep it. */
  readonly hasChosenLocale: boolean;
  readonly origin: Origin;
  readonly visitor?: Visitor;
  readonly cookies: Cookies;
}

/** Sets and clears the cookie of the session with the response. */
export interface Cookies {
  set(value: string): void;
  clear(): void;
}

/** One request for a page: who asks, in which language, and what was sent. */
export class Visit {
  readonly text: TextIn;

  constructor(readonly parts: VisitParts) {
    this.text = textsIn(parts.locale);
  }

  get visitor(): Visitor | undefined {
    return this.parts.visitor;
  }

  get locale(): Locale {
    return this.parts.locale;
  }

  get origin(): Origin {
    return this.parts.origin;
  }

  /** A field of the form, or a parameter of the query where no form was sent; empty if it is absent. */
  field(name: string): string {
    return this.parts.form[name] ?? this.parts.query.get(name) ?? '';
  }

  /** Whether a box of the form was ticked. */
  isTicked(name: string): boolean {
    return this.field(name) === 'on';
  }

  /**
   * The URL of a page, in the language of the visitor.
   * @param page its path below `/console`, which may have a query
   */
  url(page: string, parameters: Readonly<Record<string, string | undefined>> = {}): string {
    const { prefix, locale, hasChosenLocale } = this.parts;
    const [path = '', query = ''] = page.split('?');
    const search = new URLSearchParams(query);
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, value);
    if (hasChosenLocale && !search.has('lang')) search.set('lang', locale);
    return `${prefix}${CONSOLE_PATH}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
  }

  /** The URL of one of the console's files. */
  file(name: string): string {
    return `${this.parts.prefix}${CONSOLE_PATH}/${name}`;
  }

  /** The page of a list that is asked for. @param parameter of the query, with the cursor */
  pageOf(parameter: string): PageRequest {
    return { limit: PAGE_LENGTH, cursor: readId(this.parts.query.get(parameter) ?? '') };
  }

  /** The page that is asked for of the only list. */
  get page(): PageRequest {
    return this.pageOf('cursor');
  }

  /** The address of this page in another language. A form that was sent is not repeated. */
  inLanguage(lang: Locale): string {
    const query = new URLSearchParams(this.parts.query);
    query.set('lang', lang);
    return this.url(`${this.parts.path}?${query.toString()}`);
  }

  /** A moment for people: in UTC, as everywhere on this server. */
  moment(date: Date): string {
    const format = new Intl.DateTimeFormat(`${this.locale}-u-nu-latn-ca-gregory`, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'UTC',
    });
    return this.text('utc', { moment: format.format(date) });
  }

  /** The notice of what was done before the redirect to this page. Only a key of a text is taken from the address. */
  notice(known: readonly TextKey[]): TextKey | undefined {
    const done = this.parts.query.get('done');
    return known.find((key) => key === done);
  }
}

/** The visit of a user who is logged in. */
export class UserVisit extends Visit {
  constructor(
    parts: VisitParts,
    private readonly user: Visitor,
  ) {
    super({ ...parts, visitor: user });
  }

  override get visitor(): Visitor {
    return this.user;
  }

  get principal(): Principal {
    return this.user.principal;
  }

  get actor(): Actor {
    return this.user.actor;
  }

  /** The right of the user to auth headers of their own. */
  get ownDelegation(): Delegation {
    const { principal } = this.user;
    return { asker: principal, owner: principal.user };
  }

  get isAdministrator(): boolean {
    return this.user.principal.may('admin');
  }

  hasRecentLogin(): boolean {
    return this.principal.meetsLogin({ maxAgeSeconds: RECENT_LOGIN_SECONDS });
  }
}
