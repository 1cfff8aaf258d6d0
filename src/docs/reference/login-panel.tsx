import type { VNode } from 'preact';

/** The login that fills the credential into all samples. Scripts alone can send it, so they show it. */
export function LoginPanel(): VNode {
  return (
    <div class="account">
      <form id="account-form" aria-labelledby="account-title">
        <p class="annotation" id="account-title">
          Log in to this server, and every sample on this page carries your JWT. The page keeps it in memory only.
        </p>
        <div class="fields">
          <label>
            Username
            <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required />
          </label>
          <label>
            Password
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <button>Log in</button>
        </div>
      </form>
      <p class="annotation" id="account-status" role="status" />
      <button type="button" id="account-logout" hidden>
        Log out
      </button>
    </div>
  );
}

/** The link to the login, next to the tabs: it shows who is logged in. */
export function AccountLink(): VNode {
  return (
    <a id="account-link" href="#account-form">
      Log in
    </a>
  );
}
