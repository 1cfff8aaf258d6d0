import { all, goTo, one, titleOf } from './dom.js';
import { isDrawer, openMenu } from './navigation.js';
import { indexOf, search } from './search-index.js';

/** More do not help: another word does. */
const SHOWN_AT_MOST = 40;
const EXCERPT_BEFORE = 30;
const EXCERPT_LENGTH = 110;
/** The name of the highlight in the style sheet. */
const HIGHLIGHT = 'found';

/** The list follows each key. The whole page is searched once the reader stops typing. */
const HIGHLIGHT_AFTER_MS = 150;

/** @type {ReturnType<typeof indexOf> | undefined} */
let index;
let highlighting = 0;

export function handleSearch() {
  const field = one('#search', HTMLInputElement);
  const list = one('#found', HTMLUListElement);
  field.addEventListener('input', () => {
    show(field, list);
  });
  field.addEventListener('keydown', (event) => {
    const isHandled = handleKey(event.key, field, list);
    if (isHandled) event.preventDefault();
  });
  list.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest('[role=option]') : null;
    if (option instanceof HTMLElement) open(option);
  });
  document.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    const isTyping = target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
    const isSlash = key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping;
    const isCommand = key.toLowerCase() === 'k' && (ctrlKey || metaKey);
    if (!isSlash && !isCommand) return;
    event.preventDefault();
    if (isDrawer()) openMenu(true);
    field.focus();
    field.select();
  });
  // A browser may restore the text after a reload.
  if (field.value !== '') show(field, list);
}

/** @returns whether the key was one of the list's */
function handleKey(
  /** @type {string} */ key,
  /** @type {HTMLInputElement} */ field,
  /** @type {HTMLUListElement} */ list,
) {
  const options = all('[role=option]', HTMLElement, list);
  const active = options.findIndex((option) => option.ariaSelected === 'true');
  switch (key) {
    case 'ArrowDown':
      return choose(options, active + 1, field);
    case 'ArrowUp':
      return choose(options, active - 1 + options.length, field);
    case 'Enter': {
      const option = options[active];
      if (option !== undefined) open(option);
      return option !== undefined;
    }
    case 'Escape':
      if (field.value === '') return false;
      field.value = '';
      show(field, list);
      return true;
    default:
      return false;
  }
}

function choose(
  /** @type {HTMLElement[]} */ options,
  /** @type {number} */ place,
  /** @type {HTMLInputElement} */ field,
) {
  const chosen = options[place % options.length];
  if (chosen === undefined) return false;
  for (const option of options) option.ariaSelected = String(option === chosen);
  field.setAttribute('aria-activedescendant', chosen.id);
  chosen.scrollIntoView({ block: 'nearest' });
  return true;
}

function open(/** @type {HTMLElement} */ option) {
  if (isDrawer()) openMenu(false);
  goTo(option.dataset.target ?? '');
}

/** Shows what is found in place of the list of sections. */
function show(/** @type {HTMLInputElement} */ field, /** @type {HTMLUListElement} */ list) {
  const query = field.value.trim();
  index ??= indexOf(readPage());
  const { found, phrases, correction } = search(index, query);
  const shown = found.slice(0, SHOWN_AT_MOST);
  const pattern = patternOf(phrases);
  list.replaceChildren(...shown.map((entry, place) => optionOf(entry, place, pattern)));
  list.hidden = shown.length === 0;
  one('.sections', HTMLElement).hidden = query !== '';
  field.setAttribute('aria-expanded', String(shown.length > 0));
  field.removeAttribute('aria-activedescendant');
  choose(all('[role=option]', HTMLElement, list), 0, field);
  const count = found.length === 0 ? 'Nothing found' : `${found.length} found`;
  const text = correction === undefined ? count : `${count} for “${correction}”`;
  one('#search-status', HTMLElement).textContent = query === '' ? '' : text;
  clearTimeout(highlighting);
  highlighting = window.setTimeout(() => {
    highlight(query === '' ? undefined : pattern);
  }, HIGHLIGHT_AFTER_MS);
}

/** The sections of the page, and in them the rows of their tables. */
function readPage() {
  return all('section[id]', HTMLElement).flatMap((section) => {
    const title = titleOf(section);
    const textOf = (/** @type {string} */ selector, /** @type {ParentNode} */ within) =>
      all(selector, HTMLElement, within)
        .map((element) => element.textContent)
        .join(' ');
    const rows = all('tr[id]', HTMLTableRowElement, section).map((row) => ({
      id: row.id,
      title,
      name: textOf('th .status, th code', row),
      text: textOf('.kind, td', row),
      isSection: false,
      bonus: row.id.startsWith('error-') ? 1 : 0,
    }));
    // Each part apart, since no blank stands between two blocks.
    const text = textOf(
      '.prose :is(p:not(.request, .access, .try), li, tbody th :is(code, .status), .kind, td:not(:has(p)))',
      section,
    );
    return [
      { id: section.id, title, name: textOf('.request :is(.method, .path)', section), text, isSection: true, bonus: 1 },
      ...rows,
    ];
  });
}

/** Finds the phrases in a text. A word that was typed is found at the beginning of longer ones too. */
function patternOf(/** @type {import('./search-index.js').Phrase[]} */ phrases) {
  // A letter and a digit are no operators of a regular expression.
  const sources = phrases.map(({ words, isTyped }) =>
    words.map((word) => word + (isTyped ? '[\\p{L}\\p{N}]*' : '(?![\\p{L}\\p{N}])')).join('[^\\p{L}\\p{N}]+'),
  );
  return sources.length === 0 ? undefined : new RegExp(`(?<![\\p{L}\\p{N}])(?:${sources.join('|')})`, 'giu');
}

/** @param {import('./search-index.js').Entry} entry */
function optionOf(
  { id, title, name, text, isSection },
  /** @type {number} */ place,
  /** @type {RegExp | undefined} */ pattern,
) {
  const option = document.createElement('li');
  option.id = `found-${place}`;
  option.role = 'option';
  option.dataset.target = id;
  const heading = document.createElement('b');
  heading.append(...marked(isSection ? title : name, pattern));
  const where = document.createElement('small');
  where.append(...marked(isSection ? name : title, pattern));
  const excerpt = document.createElement('span');
  excerpt.append(...marked(excerptOf(text, pattern), pattern));
  option.append(heading, ' ', where, ' ', excerpt);
  return option;
}

function excerptOf(/** @type {string} */ text, /** @type {RegExp | undefined} */ pattern) {
  const whole = text.replaceAll(/\s+/g, ' ').trim();
  const place = pattern === undefined ? -1 : whole.search(pattern);
  const start = place <= EXCERPT_BEFORE ? 0 : whole.lastIndexOf(' ', place - EXCERPT_BEFORE) + 1;
  const end = start + EXCERPT_LENGTH;
  return `${start > 0 ? '… ' : ''}${whole.slice(start, end)}${end < whole.length ? ' …' : ''}`;
}

/** A text with what the pattern finds in it marked. */
function marked(/** @type {string} */ text, /** @type {RegExp | undefined} */ pattern) {
  if (pattern === undefined) return [text];
  const found = [...text.matchAll(pattern)];
  const starts = [0, ...found.map((match) => match.index + match[0].length)];
  return starts.flatMap((start, place) => {
    const match = found[place];
    if (match === undefined) return [text.slice(start)];
    const mark = document.createElement('mark');
    mark.textContent = match[0];
    return [text.slice(start, match.index), mark];
  });
}

/** Highlights on the page itself, without a change of it. An older browser marks the list alone. */
function highlight(/** @type {RegExp | undefined} */ pattern) {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(HIGHLIGHT);
  if (pattern === undefined) return;
  const walker = document.createTreeWalker(one('main', HTMLElement), NodeFilter.SHOW_TEXT);
  const ranges = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    for (const match of (node.nodeValue ?? '').matchAll(pattern)) {
      const range = new StaticRange({
        startContainer: node,
        startOffset: match.index,
        endContainer: node,
        endOffset: match.index + match[0].length,
      });
      ranges.push(range);
    }
  }
  CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
}
