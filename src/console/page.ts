import type { VNode } from 'preact';
import type { TextKey } from './text/en.js';
import type { UserVisit, Visit } from './visit.js';

/** What a page shows in the frame of the console. */
export interface View {
  /** The heading, and the beginning of the window's title. */
  readonly title: string;
  readonly body: VNode;
  /** The status of the response; 200 by default. */
  readonly status?: number;
  /** Whether the view says what was wrong with the form, which the window's title then begins with. */
  readonly isError?: boolean;
  /** Whether the page loads the scripts for passkeys. */
  readonly usesPasskeys?: boolean;
  /** Whether the address of the page holds a secret, which a link to another language would repeat. */
  readonly hasSecretAddress?: boolean;
}

/** Where a form leads: the path of a page below `/console`, with its query. */
export interface Redirect {
  readonly to: string;
}

/** A file to store. */
export interface Download {
  readonly fileName: string;
  /** Its media type. */
  readonly type: string;
  /** Read while it is sent. */
  readonly content: AsyncIterable<string>;
}

/** What a page answers. */
export type Answer = View | Redirect | Download;

interface PageOf<Access extends string, V extends Visit> {
  /** Below `/console`; empty for the first page. */
  readonly path: string;
  /** Who may see it: everybody, every user who is logged in, or administrators. There is no default that opens a page. */
  readonly access: Access;
  /** Whether the login must be at most ten minutes old, because what the page does can give others access. */
  readonly needsRecentLogin?: boolean;
  /** What the navigation calls the page; absent for a page that is reached from another one. */
  readonly navigation?: TextKey;
  /** The page of the navigation that this one belongs to, for a page without {@link navigation}. */
  readonly partOf?: string;
  /** Shows the page, and changes nothing: other sites and previews can open every address. */
  show?(visit: V): Answer | Promise<Answer>;
  /** Takes the form of the page. */
  submit?(visit: V): Answer | Promise<Answer>;
}

/** A page of the console. */
export type ConsolePage = PageOf<'everybody', Visit> | PageOf<'user' | 'administrator', UserVisit>;
