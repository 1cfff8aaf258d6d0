import { copy } from './copy.js';

const COPIED_FOR_MS = 1500;

// What needs a script is hidden without one.
document.documentElement.classList.add('with-script');

for (const button of document.querySelectorAll('button[data-copies]')) {
  if (button instanceof HTMLButtonElement) button.addEventListener('click', () => void copyNamed(button));
}

async function copyNamed(/** @type {HTMLButtonElement} */ button) {
  const { copies = '', copied = '' } = button.dataset;
  const source = document.getElementById(copies);
  const announcement = document.getElementById('announcement');
  if (source === null || announcement === null) return;
  // A screen reader announces the same text again only if it was empty in between.
  announcement.textContent = '';
  if (!(await copy(source))) return;
  const label = button.textContent;
  button.textContent = copied;
  announcement.textContent = copied;
  setTimeout(() => (button.textContent = label), COPIED_FOR_MS);
}
