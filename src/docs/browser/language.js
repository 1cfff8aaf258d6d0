// Loaded ahead of the page and not as a module, so that no sample of another language ever shows.
{
  const STORED_LANGUAGE = 'reference-language';
  /** The height of the top bars plus one line: a section that ends above it has been read. */
  const READ_BELOW_PX = 150;

  const root = document.documentElement;
  const languages = (root.dataset.languages ?? '').split(' ');
  const styles = new CSSStyleSheet();
  document.adoptedStyleSheets = [styles];
  root.classList.add('scripted');

  /** One CSS rule hides the samples of all other languages, including those not parsed yet. */
  const showLanguage = (/** @type {string | undefined} */ language) => {
    if (language !== undefined) styles.replaceSync(`.sample:not([data-language="${language}"]) { display: none }`);
  };

  /** The language of the address (`?python`, as in Slate), or else the one that was chosen last. */
  const firstLanguage = () => {
    const inAddress = languages.find((language) => location.search === `?${language}`);
    let stored = null;
    try {
      stored = localStorage.getItem(STORED_LANGUAGE);
    } catch {
      // A browser that forbids storage shows the first language.
    }
    return inAddress ?? languages.find((language) => language === stored) ?? languages[0];
  };

  const remember = (/** @type {string} */ language) => {
    history.replaceState(history.state, '', `?${language}${location.hash}`);
    try {
      localStorage.setItem(STORED_LANGUAGE, language);
    } catch {
      // The address keeps the choice.
    }
  };

  /** Keeps the current section in place while the sections above it change their height. */
  const keepInPlace = (/** @type {() => void} */ change) => {
    const sections = [...document.querySelectorAll('section')];
    const read = sections.find((section) => section.getBoundingClientRect().bottom > READ_BELOW_PX);
    const before = read?.getBoundingClientRect().top ?? 0;
    change();
    scrollBy({ top: (read?.getBoundingClientRect().top ?? 0) - before, behavior: 'instant' });
  };

  const handleTabs = () => {
    const tabs = [...document.querySelectorAll('[role=tab]')].filter((tab) => tab instanceof HTMLButtonElement);
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
      remember(tab.dataset.language ?? '');
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
    select(firstLanguage());
  };

  showLanguage(firstLanguage());
  document.addEventListener('DOMContentLoaded', handleTabs);
}
