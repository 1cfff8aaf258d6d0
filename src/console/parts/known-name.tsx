import type { VNode } from 'preact';

/** The name of the user who is logged in, for password managers: they fill in the password of this user, and store a new one. */
export function KnownName({ username }: { username: string }): VNode {
  return (
    <input
      class="unseen"
      name="name"
      value={username}
      autocomplete="username"
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}
