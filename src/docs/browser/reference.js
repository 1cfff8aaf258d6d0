const STORED_LANGUAGE = 'reference-language';
const NARROW = matchMedia('(max-width: 70rem)');
const COPIED_FOR_MS = 1500;
/** The height of the top bars plus one line: a section that ends above it has been read. */
const READ_BELOW_PX = 150;

const root = document.documentElement;
const languages = (root.dataset.languages ?? '').split(' ');
const styles = new CSSStyleSheet();
document.adoptedStyleSheets = [styles];
root.classList.add('scripted');
showLanguage(storedLanguage());

document.addEventListener('DOMContentLoaded', () => {
  handleTabs();
  handleCopying();
  handleSearch();
  handleMenu();
  followScrolling();
});

/** One CSS rule hides the samples of all other languages, including those not parsed yet. */
function showLanguage(/** @type {string | undefined} */ language) {
  if (language !== undefined) styles.replaceSync(`.sample:not([data-language="${language}"]) { display: none }`);
}

/** @returns {string | undefined} */
function storedLanguage() {
  let stored = null;
  try {
    stored = localStorage.getItem(STORED_LANGUAGE);
  } catch {
    // A browser that forbids storage shows the first language.
  }
  return stored !== null && languages.includes(stored) ? stored : languages[0];
}

function handleTabs() {
  const tabs = all('[role=tab]', HTMLButtonElement);
  const select = (/** @type {string | undefined} */ language) => {
    for (const tab of tabs) {
      const isSelected = tab.dataset.language === language;
      tab.setAttribute('aria-selected', String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    keepInPlace(() => {
      showLanguage(language);
    });
  };
  const choose = (/** @type {HTMLButtonElement} */ tab) => {
    select(tab.dataset.language);
    tab.focus({ preventScroll: true });
    try {
      localStorage.setItem(STORED_LANGUAGE, tab.dataset.language ?? '');
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => {
      choose(tab);
    });
    tab.addEventListener('keydown', (event) => {
      const { length } = tabs;
      const targets = { ArrowRight: index + 1, ArrowLeft: index - 1 + length, Home: 0, End: length - 1 };
      const target = Object.entries(targets).find(([key]) => key === event.key)?.[1];
      const next = target === undefined ? undefined : tabs[target % length];
      if (next === undefined) return;
      event.preventDefault();
      choose(next);
    });
  }
  select(storedLanguage());
}

/** Keeps the current section in place while the sections above it change their height. */
function keepInPlace(/** @type {() => void} */ change) {
  const read = all('section', HTMLElement).find((section) => section.getBoundingClientRect().bottom > READ_BELOW_PX);
  const before = read?.getBoundingClientRect().top ?? 0;
  change();
  scrollBy({ top: (read?.getBoundingClientRect().top ?? 0) - before, behavior: 'instant' });
}

function handleCopying() {
  for (const button of all('.copy', HTMLButtonElement)) {
    button.addEventListener('click', () => void copyBeside(button));
  }
}

async function copyBeside(/** @type {HTMLButtonElement} */ button) {
  const code = button.parentElement?.querySelector('code');
  if (!code) return;
  const announcement = one('#announcement', HTMLElement);
  // A screen reader announces the same text again only if it was empty in between.
  announcement.textContent = '';
  const isCopied = await copy(code);
  button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
  announcement.textContent = isCopied ? 'Copied' : 'The code is selected: press Control and C';
  setTimeout(() => (button.textContent = 'Copy'), COPIED_FOR_MS);
}

/** @returns false if the copy failed; the code is then selected for the reader to copy. */
async function copy(/** @type {Element} */ code) {
  try {
    // Over plain HTTP, browsers provide the clipboard on localhost only.
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only alternative to the clipboard API
    const isCopied = document.execCommand('copy');
    if (isCopied) getSelection()?.removeAllRanges();
    return isCopied;
  }
}

function handleSearch() {
  const search = one('#search', HTMLInputElement);
  const status = one('#search-status', HTMLElement);
  const entries = all('.sections li', HTMLLIElement).map((item) => ({ item, text: searchableText(item) }));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = entries.filter(({ text }) => words.every((word) => text.includes(word)));
    for (const { item } of entries) item.hidden = !found.some((entry) => item.contains(entry.item));
    status.textContent = words.length === 0 ? '' : found.length === 0 ? 'Nothing found' : `${found.length} found`;
  };
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const [first] = entries.filter(
      ({ item, text }) => !item.hidden && text.includes(search.value.toLowerCase().trim()),
    );
    first?.item.querySelector('a')?.click();
  });
  // A browser may restore the search text after a reload.
  filter();
}

/** The searchable text of a section: title, path, description and parameters, but not every error. */
function searchableText(/** @type {HTMLLIElement} */ item) {
  const id = item.querySelector('a')?.hash.slice(1) ?? '';
  const parts = document.getElementById(id)?.querySelectorAll('h2, h3, .request, .prose > .text, .prose > table th');
  return [...(parts ?? [])]
    .map((part) => part.textContent)
    .join(' ')
    .toLowerCase();
}

function handleMenu() {
  const button = one('.menu', HTMLButtonElement);
  const navigation = one('#navigation', HTMLElement);
  const open = (/** @type {boolean} */ isOpen) => {
    button.setAttribute('aria-expanded', String(isOpen));
    root.classList.toggle('menu-open', isOpen);
  };
  button.addEventListener('click', () => {
    open(button.getAttribute('aria-expanded') !== 'true');
  });
  navigation.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')) open(false);
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !root.classList.contains('menu-open')) return;
    open(false);
    button.focus();
  });
  NARROW.addEventListener('change', () => {
    open(false);
  });
}

/** Marks the current section in the navigation. */
function followScrolling() {
  const navigation = one('#navigation', HTMLElement);
  const links = new Map(all('.sections a', HTMLAnchorElement).map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver(
    (changes) => {
      const entered = changes.filter(({ isIntersecting }) => isIntersecting).at(-1);
      const current = links.get(entered?.target.id ?? '');
      if (current === undefined) return;
      for (const link of links.values()) link.removeAttribute('aria-current');
      current.setAttribute('aria-current', 'true');
      const { top, bottom } = current.getBoundingClientRect();
      const frame = navigation.getBoundingClientRect();
      if (top < frame.top || bottom > frame.bottom) navigation.scrollTop += top - frame.top - frame.height / 2;
    },
    { rootMargin: '-9% 0px -90% 0px' },
  );
  for (const section of all('section', HTMLElement)) observer.observe(section);
}

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 */
function all(selector, kind) {
  return [...document.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []));
}

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 */
function one(selector, kind) {
  const [element] = all(selector, kind);
  if (element === undefined) throw new Error(`The page has no ${selector}`);
  return element;
}
