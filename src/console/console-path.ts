import { isBelow } from '../pages/page-paths.js';

/** Where the console is. */
export const CONSOLE_PATH = '/console';

/** Whether a path is a page of the console or one of its files. */
export function isConsolePath(path: string): boolean {
  return isBelow(path, CONSOLE_PATH);
}

/** The path of a page below {@link CONSOLE_PATH}, with a query. */
const OWN_PAGE = /^(?:\/[\w-]+)*(?:\?[\w\-.~%&=+:@/,;!*'()]*)?$/;

/** The page to go to after a login: one of the console, so that a link to the login leads to no other site. */
export function ownPage(text: string | null | undefined): string {
  return OWN_PAGE.test(text ?? '') ? (text ?? '') : '';
}
