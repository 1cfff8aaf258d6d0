import { en as administration } from './administration/en.js';
import { en as credentials } from './credentials/en.js';

/**
 * The English texts of the console, from which the others are translated. Names in braces are placeholders (ICU MessageFormat).
 * What administrators alone see is in `administration/`.
 */
export const en = {
  ...administration,
  ...credentials,

  // The frame of every page.
  product: 'Elastic Personas',
  skip: 'Skip to the content',
  menu: 'Menu',
  own_account: 'Your account',
  administration: 'Administration',
  languages: 'Language',
  reference: 'API reference',
  logged_in_as: 'Logged in as {name}',
  log_out: 'Log out',
  error_title: 'Error: {title}',
  problems: 'There is a problem',
  next_page: 'Next page',
  cancel: 'Cancel',
  save: 'Save',
  continue: 'Continue',
  actions: 'Actions',
  copied: 'Copied',
  never: 'never',
  none: 'none',
  utc: '{moment} UTC',

  // Refusals.
  failed: 'This did not work',
  no_such_page: 'There is no such page',
  no_such_page_text: 'The address may be mistyped, or the page has moved.',
  not_for_you: 'Only administrators see this page',
  foreign_request: 'This request was refused',
  foreign_request_text:
    'It did not come from a page of this console. Open the page again and repeat what you did. If this happens every time, a ' +
    'browser extension or a proxy removes the headers Origin and Sec-Fetch-Site.',
  needs_https: 'The console needs HTTPS',
  needs_https_text:
    'Over plain HTTP, anybody on the network could take over your session. Set PUBLIC_URL to the https address of this server.',

  // Log in and out.
  log_in: 'Log in',
  name: 'Username or e-mail address',
  password: 'Password',
  log_in_first: 'Log in to see that page.',
  logged_out: 'You are logged out.',
  set_new_password: 'Log in with a new password',
  password_expired_text: 'Your password has expired. Choose a new one; it logs you in as well.',
  one_time_password_text: 'This is a one-time password. Choose your own one; it logs you in as well.',
  confirm_identity: 'Confirm that it is you',
  confirm_identity_text:
    'What comes next can give others access. Enter your password again; it is then not asked for 10 minutes.',

  // Overview.
  overview: 'Overview',
  welcome: 'Welcome, {name}',
  your_details: 'Your details',
  username: 'Username',
  email: 'E-mail address',
  roles: 'Roles',
  password_changed: 'Password changed',
  password_ends: 'Password ends',
  this_session: 'This session',
  session_began: 'Began',
  session_ends: 'Ends',
  address: 'Address',
  sessions_open: '{count, plural, one {# open session} other {# open sessions}}',
  auth_headers_held: '{count, plural, =0 {No auth header} one {# auth header} other {# auth headers}}',
  auth_headers_ending: '{count, plural, one {# ends within 14 days} other {# end within 14 days}}',

  // Sessions.
  sessions: 'Sessions',
  sessions_text: 'Where you are logged in. End a session that you do not know, and change your password.',
  device: 'Device',
  place: 'Place',
  since: 'Since',
  until: 'Until',
  current_session: 'this session',
  unknown_device: 'Unknown device',
  device_on: '{browser} on {system}',
  end_session: 'End session',
  end_other_sessions: 'End all other sessions',
  session_ended: 'The session has ended.',
  other_sessions_ended: 'All other sessions have ended.',

  // Password.
  change_password: 'Change password',
  current_password: 'Current password',
  new_password: 'New password',
  new_password_hint:
    'At least {count} characters. A few random words are easier to remember and harder to guess than signs.',
  end_auth_headers: 'Also revoke all of my auth headers',
  end_auth_headers_hint: 'If somebody else knew your password: they may have made some.',
  change_password_text: 'All other sessions end.',
  password_is_changed: 'Your password is changed, and all other sessions have ended.',

  // What needs mail.
  forgotten: 'Forgotten your password?',
  forgot: 'Forgotten password',
  forgot_text: 'We send a link to the address, if an account has it. The link is valid for one hour.',
  send_link: 'Send the link',
  link_sent: 'If an account has this address, a message is on its way.',
  no_mail: 'This server sends no mail. Ask an administrator for a one-time password.',
  no_mail_for_change:
    'This server sends no mail, so that a new address could not be confirmed. Ask an administrator to change it.',
  reset: 'Set a new password',
  reset_text: 'All sessions end. You then log in with the new password.',
  reset_code: 'Code of your second factor',
  reset_code_hint: 'Only if you have a second factor: its code, or a recovery code.',
  password_reset: 'Your new password is set. Log in with it.',
  change_email: 'Change the e-mail address',
  change_email_text: 'We send a link to the new address. The address is changed when you open the link and confirm it.',
  current_email: 'Address now',
  new_email: 'New e-mail address',
  email_sent: 'A message is on its way to the new address.',
  confirm_email: 'Confirm your e-mail address',
  confirm_email_text: 'Confirm that the address is yours.',
  email_confirmed: 'Your e-mail address is confirmed.',
  undo_email: 'Undo the change of the e-mail address',
  undo_email_text:
    'The account gets its former address back. If it was not you who changed it, set a new password too.',
  email_undone: 'The account has its former address again.',
} as const;

/** The key of a text. */
export type TextKey = keyof typeof en;

/** The texts in one language: one that lacks a text does not compile. */
export type Texts = Readonly<Record<TextKey, string>>;
