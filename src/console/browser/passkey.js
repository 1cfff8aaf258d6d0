const webauthn = /** @type {typeof import('@simplewebauthn/browser')} */ (
  /** @type {unknown} */ (Reflect.get(globalThis, 'SimpleWebAuthnBrowser'))
);

/** The options of a page are good for five minutes. */
const STALE_MS = 270_000;

for (const button of document.querySelectorAll('button[data-passkey]')) {
  if (button instanceof HTMLButtonElement) void prepare(button);
}

async function prepare(/** @type {HTMLButtonElement} */ button) {
  if (!webauthn.browserSupportsWebAuthn()) {
    say(button, button.dataset.unsupported);
    return;
  }
  button.hidden = false;
  button.addEventListener('click', () => void use(button, false));
  const fillsIn = button.dataset.fillsIn !== undefined && (await webauthn.browserSupportsWebAuthnAutofill());
  // The library ends this when the button is pressed.
  if (fillsIn) await use(button, true);
}

async function use(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ useBrowserAutofill) {
  if (!useBrowserAutofill && performance.now() > STALE_MS && button.dataset.passkey === 'get') {
    location.reload();
    return;
  }
  say(button, '');
  try {
    send(button, await ask(button, useBrowserAutofill));
  } catch (error) {
    if (!useBrowserAutofill) say(button, reasonOf(error, button));
  }
}

function ask(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ useBrowserAutofill) {
  const { options = '', passkey } = button.dataset;
  const optionsJSON = /** @type {unknown} */ (JSON.parse(options));
  return passkey === 'create'
    ? webauthn.startRegistration({
        optionsJSON: /** @type {import('@simplewebauthn/browser').PublicKeyCredentialCreationOptionsJSON} */ (
          optionsJSON
        ),
      })
    : webauthn.startAuthentication({
        optionsJSON: /** @type {import('@simplewebauthn/browser').PublicKeyCredentialRequestOptionsJSON} */ (
          optionsJSON
        ),
        useBrowserAutofill,
      });
}

function send(/** @type {HTMLButtonElement} */ button, /** @type {object} */ passkey) {
  const field = button.form?.elements.namedItem('passkey');
  if (field instanceof HTMLInputElement) field.value = JSON.stringify(passkey);
  // Without the checks of the browser: the field of the code stays empty.
  button.form?.submit();
}

function reasonOf(/** @type {unknown} */ error, /** @type {HTMLButtonElement} */ button) {
  const { unfinished, known, elsewhere } = button.dataset;
  switch (error instanceof Error ? error.name : '') {
    case 'InvalidStateError':
      return known;
    case 'SecurityError':
      return elsewhere;
    default:
      return unfinished;
  }
}

function say(/** @type {HTMLButtonElement} */ button, /** @type {string | undefined} */ text) {
  const message = button.form?.querySelector('[data-passkey-message]');
  if (message) message.textContent = text ?? '';
}
