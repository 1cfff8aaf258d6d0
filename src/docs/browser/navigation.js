import { all, one, titleOf } from './dom.js';

/** Narrower, the navigation is a drawer. */
const NARROW = matchMedia('(max-width: 58rem)');
/** Below the bars: the section there is the one that is read. */
const READ_AT_PX = 64;
/** How long nothing has scrolled before the address follows: browsers bound how often it changes. */
const IDLE_MS = 200;

const root = document.documentElement;

export function isDrawer() {
  return NARROW.matches;
}

/** Opens or closes the drawer, which covers the page: what is behind it neither scrolls nor takes the focus. */
export function openMenu(/** @type {boolean} */ isOpen) {
  const button = one('.menu', HTMLButtonElement);
  button.setAttribute('aria-expanded', String(isOpen));
  button.textContent = isOpen ? 'Close' : 'Menu';
  root.classList.toggle('menu-open', isOpen);
  one('main', HTMLElement).inert = isOpen;
}

export function handleMenu() {
  const button = one('.menu', HTMLButtonElement);
  const navigation = one('#navigation', HTMLElement);
  const isOpen = () => root.classList.contains('menu-open');
  button.addEventListener('click', () => {
    openMenu(!isOpen());
  });
  navigation.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a')) openMenu(false);
  });
  document.addEventListener('click', ({ target }) => {
    const isOutside = target instanceof Element && !target.closest('#navigation, .menu');
    if (isOpen() && isOutside) openMenu(false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !isOpen()) return;
    openMenu(false);
    button.focus();
  });
  NARROW.addEventListener('change', () => {
    openMenu(false);
  });
}

/** Marks the current section in the navigation; the title and the address name it. */
export function followScrolling() {
  const navigation = one('#navigation', HTMLElement);
  const links = new Map(all('.sections a', HTMLAnchorElement).map((link) => [link.hash.slice(1), link]));
  const pageTitle = document.title;
  /** @type {Element | undefined} */
  let current;
  const notice = (/** @type {IntersectionObserverEntry[]} */ changes) => {
    const entered = changes.filter(({ isIntersecting }) => isIntersecting).at(-1);
    const link = links.get(entered?.target.id ?? '');
    if (entered === undefined || link === undefined) return;
    current = entered.target;
    for (const other of links.values()) other.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
    document.title = `${titleOf(current)} – ${pageTitle}`;
    const { top, bottom } = link.getBoundingClientRect();
    const frame = navigation.getBoundingClientRect();
    if (top < frame.top || bottom > frame.bottom) navigation.scrollTop += top - frame.top - frame.height / 2;
  };
  /** @type {IntersectionObserver | undefined} */
  let observer;
  const observe = () => {
    observer?.disconnect();
    // A line, whose distance from the lower edge depends on the height of the window.
    observer = new IntersectionObserver(notice, {
      rootMargin: `-${READ_AT_PX}px 0px -${Math.max(0, innerHeight - READ_AT_PX - 1)}px`,
    });
    for (const section of all('section', HTMLElement)) observer.observe(section);
  };
  addEventListener('resize', observe);
  observe();

  let timer = 0;
  addEventListener(
    'scroll',
    () => {
      clearTimeout(timer);
      const { hash } = location;
      timer = window.setTimeout(() => {
        // An address that was asked for since then is newer than this scrolling, and has yet to scroll.
        if (location.hash === hash) nameInAddress(current);
      }, IDLE_MS);
    },
    { passive: true },
  );
}

/** An address within the section, such as that of a field, stays. */
function nameInAddress(/** @type {Element | undefined} */ section) {
  if (section === undefined) return;
  const named = document.getElementById(location.hash.slice(1));
  if (named !== null && section.contains(named)) return;
  history.replaceState(history.state, '', `#${section.id}`);
}
