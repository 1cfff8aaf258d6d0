/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} within
 */
export function all(selector, kind, within = document) {
  return [...within.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []));
}

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} within
 */
export function one(selector, kind, within = document) {
  const [element] = all(selector, kind, within);
  if (element === undefined) throw new Error(`The page has no ${selector}`);
  return element;
}

/** The title of a section, without the mark of its link. */
export function titleOf(/** @type {Element} */ section) {
  return (section.querySelector('h2, h3')?.textContent ?? '').replace('#', '').trim();
}

/** Follows a link to an anchor, also to the one that the address names already. */
export function goTo(/** @type {string} */ id) {
  const details = document.getElementById(id)?.closest('details');
  if (details) details.open = true;
  const link = document.createElement('a');
  link.href = `#${id}`;
  link.click();
}
