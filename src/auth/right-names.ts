/** The form of a scope: a `scope-token` (RFC 6749, section 3.3) of at most 64 characters. */
export const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

/** The form of a role, such as `admin`, the only built-in one. */
export const ROLE = /^[a-zA-Z][\w:.-]{0,63}$/;
