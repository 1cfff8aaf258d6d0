import type { ProblemCode } from './problems.js';

/** What to do about an error, for the page that the `docs` member of an error leads to. In English Markdown, each one paragraph. */
export interface Remedy {
  readonly cause: string;
  readonly fix: string;
  /** A request or a command that works, if one says more than words. */
  readonly sample?: string;
}

/** The anchor of an error on the reference page. */
export function anchorOfError(code: ProblemCode): string {
  return `error-${code}`;
}

/** The address of an error's remedy. @param publicUrl of the server; without it, the address is relative to the server's host. */
export function remedyUrl(code: ProblemCode, publicUrl = ''): string {
  return `${publicUrl}/docs#${anchorOfError(code)}`;
}

export const REMEDIES: Readonly<Record<ProblemCode, Remedy>> = {
  malformed_json: {
    cause:
      'The body is not JSON: a comma before a closing bracket, single quotes, a comment, a value that the shell has replaced, or bytes that are not UTF-8. The message names the line and the column.',
    fix: 'Let a library write the JSON. In a shell, put the whole body in single quotes, and the names and strings in double quotes.',
    sample: `curl $SERVER/user/login -H 'Content-Type: application/json' -d '{"username":"admin","password":"…"}'`,
  },
  malformed_request: {
    cause: 'The request is not HTTP, has two `Host` headers or none, or a form that is not percent-encoded UTF-8.',
    fix: 'Use an HTTP library. Behind a proxy, look at what the proxy sends. Encode each name and value of a form.',
    sample: 'curl $SERVER/oauth/token -u $ID:$SECRET --data-urlencode grant_type=client_credentials',
  },
  malformed_url: {
    cause: 'The path or the query has a `%` that two hexadecimal digits do not follow, or bytes that are not UTF-8.',
    fix: 'Percent-encode each value before you put it into the URL: `encodeURIComponent` in JavaScript, `quote` in Python. A `%` itself is `%25`.',
  },
  invalid_fields: {
    cause:
      'The body or the query lacks a field, has a field that the route does not know, or a value of another type or form. Each entry of `details` names one field and what is wrong with it.',
    fix: 'Correct the named fields. Names are case-sensitive. The body is always a JSON object; a list or a text alone is none. Passwords belong in the body and never in the URL.',
    sample: '{"details":[{"field":"Username","message":"is not a known field; did you mean username?"}]}',
  },
  two_credentials: {
    cause: 'The request has two different credentials, for instance in `Authorization` and in `X-API-Key`.',
    fix: 'Send one. The same credential in several headers counts as one, and an empty header as none.',
  },
  invalid_link: {
    cause:
      'The link of the mail was used, is too old, or was voided by a newer one or by a change of the password or the e-mail address. The server does not say which.',
    fix: 'Ask for another mail, and take the link of the newest one. Copy it completely.',
  },
  unsupported_token_type: {
    cause: 'The token is the JWT of a machine login, which cannot be revoked by itself.',
    fix: 'Wait for its end, which is at most ten minutes away, or revoke the auth header with which it was obtained.',
  },
  unsupported_grant_type: {
    cause: '`POST /oauth/token` knows one grant type.',
    fix: 'Send `grant_type=client_credentials`. People log in at `POST /user/login`.',
  },
  invalid_scope: {
    cause: 'The request asks for a scope that the auth header does not have.',
    fix: 'Ask for fewer scopes, or for none to get all of them. `POST /authheader/update` gives an auth header more.',
  },
  credential_required: {
    cause:
      'The route is guarded, and the request has no credential in a header. One in the URL or in the body is not read, and neither is an `Authorization` header of another scheme, such as `Basic` or `Token`.',
    fix: 'Log in, or take an auth header, and send it with every request.',
    sample: 'curl $SERVER/user/me -H "Authorization: Bearer $TOKEN"',
  },
  invalid_token: {
    cause:
      'The credential is incomplete, mistyped, of another server, or revoked: its session was ended, its auth header was deleted, or its user may not log in any more. The server does not say which.',
    fix: 'Log in again, or make a new auth header. Send it once, without quotation marks. A JWT belongs in `Authorization`; `X-API-Key` takes auth headers only.',
    sample: 'curl $SERVER/user/me -H "Authorization: Bearer $TOKEN"',
  },
  token_expired: {
    cause:
      'The credential is genuine, and its time is over: for a JWT of a login 60 minutes by default, for one of a machine login ten, for an auth header the `expires` that was given.',
    fix: 'Log in again for a new JWT. A client that calls `POST /user/renew` before the JWT expires keeps its session. A machine login gets a new JWT with `POST /oauth/token`. For an auth header, make a new one, or ask an administrator for it.',
    sample: 'curl -X POST $SERVER/user/renew -H "Authorization: Bearer $TOKEN"',
  },
  insufficient_user_authentication: {
    cause:
      'The credential is good, but the route, or the service behind the proxy, requires a login that is more recent, or one with a second factor. `WWW-Authenticate` says which: `max_age` in seconds, `acr_values`. A renewal is no login, and an auth header never meets it.',
    fix: 'Log in again, with the second factor if `acr_values` is `aal2`, and repeat the request with the new JWT.',
    sample: `curl $SERVER/user/login -H 'Content-Type: application/json' -d '{"username":"john.doe","password":"…"}'`,
  },
  incorrect_credentials: {
    cause:
      'There is no such user, the password is wrong, or the user may not log in. The server does not say which, so that nobody learns which users there are.',
    fix: '`POST /user/login` takes the username, and `POST /{locale}/api/v1/accounts/login` the e-mail address: an e-mail address is no username. If you have forgotten the password, ask for a link with `POST /user/forgot`, or an administrator for a one-time password (`POST /user/reset`, or `personas user reset` on the command line).',
  },
  password_expired: {
    cause: 'The password is right, and older than it may be. It is not good for a login or a renewal any more.',
    fix: 'Change it with `POST /user/password`, which needs no credential. Its answer is that of a login.',
    sample: `curl $SERVER/user/password -H 'Content-Type: application/json' -d '{"username":"john.doe","password":"…","newPassword":"…"}'`,
  },
  password_change_required: {
    cause:
      'The password is right, and is a one-time password, which an administrator has made. It is good for one change only.',
    fix: 'Choose a password with `POST /user/password`, which needs no credential and takes `username` or `email`. Its answer is that of a login.',
    sample: `curl $SERVER/user/password -H 'Content-Type: application/json' -d '{"username":"john.doe","password":"…","newPassword":"…"}'`,
  },
  second_factor_required: {
    cause:
      'The password is right, and the user has a second factor. `secondFactor` names the ways to prove it, and has a token for the second step, which is good for five minutes from the same network.',
    fix: 'Send the token with the code of the app, or with a recovery code, to `POST /user/login/second-factor`. Its answer is that of the login. For a passkey, ask `POST /user/login/passkey/options` first. A program can send the code as `otp` in the first request.',
    sample: `curl $SERVER/user/login/second-factor -H 'Content-Type: application/json' -d '{"token":"…","otp":"123456"}'`,
  },
  second_factor_setup_required: {
    cause:
      'The password is right, or the JWT is valid, and the operator demands a second factor of this user (`SECOND_FACTOR`), who has none.',
    fix: 'After a login, send the token in `secondFactor` to `POST /user/login/second-factor/setup`, put the secret of its answer into an app for codes, and send the token with the first code to `POST /user/login/second-factor`. After a renewal, log in again.',
    sample: `curl $SERVER/user/login/second-factor/setup -H 'Content-Type: application/json' -d '{"token":"…","method":"totp"}'`,
  },
  incorrect_second_factor: {
    cause:
      'The proof of the second factor is wrong, or was used before, or its token is unknown, used, older than five minutes, from another network or for another step.',
    fix: 'Wait for the next code of the app, since each is good once, and look at the clock of the device. A passkey works on pages at the origin of PUBLIC_URL only. After five wrong proofs, or five minutes, log in again for a new token.',
  },
  last_factor: {
    cause: 'The operator demands a second factor of this user (`SECOND_FACTOR`), and this is the last one.',
    fix: 'Add another one first.',
  },
  too_many_factors: {
    cause: 'A user can have 20 second factors at most.',
    fix: 'Remove one that is not used any more, with `POST /user/factors/remove`.',
  },
  insufficient_scope: {
    cause:
      'The credential is good, but not for this. An administrator’s route needs the role `admin`, and with an auth header the scope `admin` too. Sessions need the JWT of a login.',
    fix: 'Use the JWT of a user with the role, or an auth header with the scope that `WWW-Authenticate` names. An administrator gives a role with `POST /user/update`. A role has effect in the next request.',
  },
  address_not_allowed: {
    cause:
      'The auth header may only be used from the addresses in its `allowedIps`, and the request comes from another.',
    fix: 'Add the address with `POST /authheader/update`. If all requests seem to come from a proxy, the operator lists the proxy in `TRUST_PROXY`.',
  },
  https_required: {
    cause:
      'The server takes requests by https only (`REQUIRE_HTTPS`), and this one came by plain http, or past the proxy. Its credential was not looked at, and others may have read it.',
    fix: 'Send requests to the https address of the server, and replace the credential that was sent. If every request is refused, the operator has the proxy set `X-Forwarded-Proto` and lists it in `TRUST_PROXY`.',
  },
  invalid_check: {
    cause: 'The proxy’s configuration asks `/auth/verify` with a parameter that does not exist, or with a wrong value.',
    fix: 'The parameters are `scope`, `role`, `max_age`, `acr`, `optional=1` and `as=remote`. `details` names the one to correct.',
    sample: '/auth/verify?role=accountant&as=remote',
  },
  last_administrator: {
    cause: 'The change would leave no administrator who can log in.',
    fix: 'Make another user an administrator first. A user with an expired password or a one-time password does not count.',
  },
  already_taken: {
    cause: 'Usernames and e-mail addresses are unique, regardless of case. `details` names the field.',
    fix: 'Choose another, or find the user who has it with `GET /user/list?search=…`.',
  },
  passkeys_unavailable: {
    cause:
      'Browsers make and use passkeys on pages whose address has a host name and, except on `localhost`, HTTPS. PUBLIC_URL has an IP address or plain HTTP.',
    fix: 'Set PUBLIC_URL to the HTTPS address at which people reach the server, and restart it. Without PUBLIC_URL, passkeys work at `http://localhost` only.',
  },
  rotation_too_early: {
    cause:
      'A new signing key is published for five minutes before it may sign, so that every service knows it by then.',
    fix: 'Wait as long as `Retry-After` says. If a key has leaked, revoke it with `POST /signingkey/revoke`, which does not wait.',
  },
  not_found: {
    cause:
      'There is no such thing, or it is not yours: the answer is the same, so that nobody learns the ids of others.',
    fix: 'Take the id from the list, such as `GET /authheader/list`. Administrators revoke the auth headers of others with `POST /authheader/revoke`.',
  },
  mail_not_configured: {
    cause: 'The server sends no mail: its operator has not set `SMTP_URL`.',
    fix: 'Ask an administrator for a one-time password (`POST /user/reset`, or `personas user reset` on the command line). To let the server send mails, set `SMTP_URL`, `MAIL_FROM` and `PUBLIC_URL`.',
  },
  unknown_path: {
    cause: 'No route has this path. Paths are case-sensitive and do not end with a slash.',
    fix: 'Take the path that the message names, or one of this page. Behind a proxy, look at whether it removes or adds a prefix.',
  },
  unknown_locale: {
    cause: 'The first part of the path is the language of the messages, and there is none of that name.',
    fix: 'Use one that the message names, such as `en`. A region is accepted too: `en-US` is `en`.',
  },
  method_not_allowed: {
    cause:
      'The path exists, with another method. Deletions are a `POST` here, as the documents of this API have them. `OPTIONS` from a browser is a preflight: the page comes from another origin.',
    fix: 'Use the method that the message and `Allow` name. To let pages of another origin call the server, its operator lists the origin in `CORS_ORIGINS`.',
    sample: 'CORS_ORIGINS=https://app.example.com',
  },
  not_acceptable: {
    cause: 'The `Accept` header excludes JSON, which is what the route answers.',
    fix: 'Send `Accept: application/json`, or no such header.',
  },
  request_timeout: {
    cause: 'The request did not arrive completely within 30 seconds.',
    fix: 'Send it again. Compare `Content-Length` with the length of the body in bytes.',
  },
  deleted: {
    cause: 'It existed, and was deleted.',
    fix: 'Nothing brings it back. Use another id.',
  },
  body_too_large: {
    cause: 'The body is larger than 16 KiB. No valid request is.',
    fix: 'Send the documented fields only.',
  },
  unsupported_media_type: {
    cause:
      'The body is not declared as JSON. Many clients send a form unless they are told otherwise. The OAuth routes take a form, and no JSON.',
    fix: 'Send `Content-Type: application/json` with the body, and at the OAuth routes `Content-Type: application/x-www-form-urlencoded`. The encoding is UTF-8.',
    sample: `curl $SERVER/user/login -H 'Content-Type: application/json' -d '{"username":"admin","password":"…"}'`,
  },
  unsupported_content_encoding: {
    cause: 'The body is compressed. A body has 16 KiB at most, which compression would let a small request exceed.',
    fix: 'Send the body as it is, without `Content-Encoding`.',
  },
  too_many_attempts: {
    cause: 'There were too many wrong passwords for this user or from this network.',
    fix: 'Wait as long as the message and `Retry-After` say. An administrator ends the wait for a user with `POST /user/unlock` or `personas user unlock`.',
  },
  rate_limited: {
    cause: 'The auth header has made as many requests as its rate limit allows in a window of time.',
    fix: 'Wait as long as `Retry-After` says. The headers `RateLimit` and `RateLimit-Policy` of every answer tell what is left. `POST /authheader/update` changes the limit.',
  },
  headers_too_large: {
    cause:
      'The headers and the URL together are larger than 16 KiB, or there are more than a thousand headers. Often these are cookies of other applications on the same host.',
    fix: 'Send fewer. A proxy can remove cookies before it passes a request on.',
  },
  internal_error: {
    cause: 'The server has a fault. Its log has the reason, with the id of the request.',
    fix: 'Give the id in the message to the operator of the server.',
  },
  unavailable: {
    cause:
      'The server is starting or stopping, is overloaded, or its database does not answer. It has decided nothing about the credential.',
    fix: 'Send the request again after the time in `Retry-After`.',
  },
};
