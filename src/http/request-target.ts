/** What a request to a proxy has ahead of the path (RFC 9112, section 3.2.2); its scheme is in any letter case. */
const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i;
/** What an unreserved character is also written as. Both are equivalent (RFC 3986, section 6.2.2.2). */
const ESCAPED_UNRESERVED = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;
const PATH = /^[^?#]*/;

/**
 * The target of a request as a path in one spelling, with its query as it was written. The router knows a path in every spelling,
 * but the format of an error, a link to the next page and the paths of the fast path are found by its text.
 */
export function normalizeTarget(target: string): string {
  // Most targets are a path without escapes.
  if (target.startsWith('/') && !target.includes('%')) return target;
  const local = target.replace(SCHEME_AND_HOST, '');
  const rooted = local === '' || local.startsWith('?') || local.startsWith('#') ? `/${local}` : local;
  return rooted.replace(PATH, (path) => path.replace(ESCAPED_UNRESERVED, decodeURIComponent));
}
