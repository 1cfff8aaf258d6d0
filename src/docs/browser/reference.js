import { copy } from './copy.js';
import { all, one } from './dom.js';
import { handleLogin } from './login.js';
import { followScrolling, handleMenu } from './navigation.js';
import { handleSearch } from './search.js';

const COPIED_FOR_MS = 1500;

handleCopying();
handleLogin();
handleMenu();
handleSearch();
followScrolling();

function handleCopying() {
  for (const button of all('.copy', HTMLButtonElement)) {
    button.addEventListener('click', () => void copyBeside(button));
  }
}

async function copyBeside(/** @type {HTMLButtonElement} */ button) {
  const code = button.closest('.block')?.querySelector('code');
  if (!code) return;
  const announcement = one('#announcement', HTMLElement);
  // A screen reader announces the same text again only if it was empty in between.
  announcement.textContent = '';
  const isCopied = await copy(code);
  button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
  announcement.textContent = isCopied ? 'Copied' : 'The code is selected: press Control and C';
  setTimeout(() => (button.textContent = 'Copy'), COPIED_FOR_MS);
}
