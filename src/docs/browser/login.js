import { all, one } from './dom.js';

/** The credential is kept here alone: in no storage, and gone with the page. @type {string | undefined} */
let token;

/** What a sample reads the credential with, as its highlighted part; the parts that were replaced, with what they were. */
const READS_TOKEN =
  /^(?:\$TOKEN|#\{ENV\["TOKEN"\]\}|\{os\.environ\['TOKEN'\]\}|\$\{globalThis\.TOKEN \?\? process\.env\.TOKEN\})$/;
/** @type {Map<Element, Node[]>} */
const replaced = new Map();

export function handleLogin() {
  const form = one('#account-form', HTMLFormElement);
  const logout = one('#account-logout', HTMLButtonElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void logIn(form);
  });
  logout.addEventListener('click', () => void logOut());
  one('#account-link', HTMLAnchorElement).addEventListener('click', () => {
    // After the browser has scrolled to the form.
    setTimeout(() => {
      (form.hidden ? logout : one('[name=username]', HTMLInputElement, form)).focus();
    });
  });
}

async function logIn(/** @type {HTMLFormElement} */ form) {
  const { value: username } = one('[name=username]', HTMLInputElement, form);
  const { value: password } = one('[name=password]', HTMLInputElement, form);
  const button = one('button', HTMLButtonElement, form);
  button.disabled = true;
  show('Logging in …');
  try {
    const { ok, body } = await post('user/login', { username, password });
    if (!ok) {
      show(body.message ?? 'The server refused the login.');
      return;
    }
    const { Token = '', Username = username } = body;
    token = Token;
    fillIn(token);
    showUser(Username);
    show(`You are ${Username}. The samples carry your JWT, which is valid until ${expiryOf(token)}.`);
    form.reset();
  } catch {
    show('The server could not be reached.');
  } finally {
    button.disabled = false;
  }
}

async function logOut() {
  const ended = token;
  token = undefined;
  for (const [part, content] of replaced) {
    part.classList.remove('token');
    part.replaceChildren(...content);
  }
  replaced.clear();
  showUser(undefined);
  show('Logged out.');
  try {
    await post('user/logout', {}, ended);
  } catch {
    show('The page has forgotten the JWT, but the server could not be reached to end its session.');
  }
}

/**
 * @param {string} path relative to the page, so that a path prefix of a proxy does not break it
 * @param {object} fields
 */
async function post(path, fields, credential = '') {
  const response = await fetch(path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      // The language of the page.
      'Accept-Language': 'en',
      ...(credential !== '' && { Authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(fields),
    credentials: 'omit',
  });
  /** @type {{ message?: string, Token?: string, Username?: string }} */
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- the compiler reads the type in the comment
  const body = await response.json();
  return { ok: response.ok, body };
}

/** Puts the credential into every sample. Its characters need no quotes in any language. */
function fillIn(/** @type {string} */ credential) {
  for (const part of all('.sample code :is(.hljs-variable, .hljs-subst)', HTMLElement)) {
    if (!READS_TOKEN.test(part.textContent)) continue;
    replaced.set(part, [...part.childNodes]);
    part.textContent = credential;
    part.classList.add('token');
  }
}

function showUser(/** @type {string | undefined} */ name) {
  one('#account-form', HTMLFormElement).hidden = name !== undefined;
  one('#account-logout', HTMLButtonElement).hidden = name === undefined;
  one('#account-link', HTMLAnchorElement).textContent = name ?? 'Log in';
}

function show(/** @type {string} */ text) {
  one('#account-status', HTMLElement).textContent = text;
}

/** When a JWT expires, as a time of day. */
function expiryOf(/** @type {string} */ jwt) {
  const [, payload = ''] = jwt.split('.');
  const [, seconds] = /"exp":(\d+)/.exec(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) ?? [];
  return new Date(Number(seconds) * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
