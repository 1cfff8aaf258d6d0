/** What mails say. A sentence about a user stands alone, so that it can be read without the others. */
export const mailEn = {
  mail_greeting: 'Hello {username},',
  mail_reset_subject: 'Choose a new password',
  mail_reset_text:
    'Somebody, probably you, asked for a new password for the user {username}. The link works once, within an hour.',
  mail_reset_ignore: 'If it was not you, ignore this mail: nothing has changed.',
  mail_confirm_subject: 'Confirm your e-mail address',
  mail_confirm_text:
    'The user {username} gave this e-mail address. The link confirms that it is theirs; it works once, within 24 hours.',
  mail_changed_subject: 'Your e-mail address was changed',
  mail_changed_text:
    'The user {username} has another e-mail address now, and gets no more mails at this one. If it was not you, open the link within 7 days: it brings this address back and ends all sessions.',
  mail_restored_subject: 'Your e-mail address was brought back',
  mail_restored_text:
    'The user {username} has this e-mail address again, and all sessions have ended. Choose a new password if somebody else may know yours.',
  mail_network_subject: 'Login from a new network',
  mail_network_text: 'The user {username} has logged in from a network for the first time.',
  mail_password_subject: 'Your password was changed',
  mail_password_text: 'The password of the user {username} was changed. All earlier sessions have ended.',
  mail_factor_added_subject: 'A second factor was added',
  mail_factor_added_text: 'The user {username} has a new second factor.',
  mail_factor_removed_subject: 'A second factor was removed',
  mail_factor_removed_text: 'A second factor of the user {username} was removed.',
  mail_recovery_subject: 'A recovery code was used',
  mail_recovery_text: 'The user {username} has logged in with a recovery code, which another one has replaced.',
  mail_ending_subject: 'An auth header is about to end',
  mail_ending_text:
    'The auth header {name} of the user {username} ends at the time below. Rotate it or make another one before, so that no program is refused.',
  mail_leaked_subject: 'An auth header was revoked',
  mail_leaked_text:
    'Somebody has found the value of the auth header {name} of the user {username} and reported it as leaked. That value is refused from now on. Make another one for the program, and find out where the value was.',
  mail_test_subject: 'A test mail',
  mail_test_text: 'This mail shows that the server can send mails.',
  mail_not_you: 'If it was not you, choose a new password at once, and tell your administrator.',
  mail_token_for: 'Send this token with {route}:',
  mail_time: 'Time: {when}',
  mail_address: 'Address: {ip}',
  mail_client: 'Program: {client}',
  mail_sent_by: 'Sent by {url}. Nobody reads answers to this mail.',
} as const;
