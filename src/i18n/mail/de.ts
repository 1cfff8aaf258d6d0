import type { MailMessages } from './mail-messages.js';

export const mailDe = {
  mail_greeting: 'Guten Tag {username},',
  mail_reset_subject: 'Wählen Sie ein neues Passwort',
  mail_reset_text:
    'Jemand, vermutlich Sie selbst, hat für den Benutzer {username} ein neues Passwort angefordert. Der Link gilt einmal, innerhalb einer Stunde.',
  mail_reset_ignore: 'Wenn Sie es nicht waren, ignorieren Sie diese Mail: Es hat sich nichts geändert.',
  mail_confirm_subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
  mail_confirm_text:
    'Der Benutzer {username} hat diese E-Mail-Adresse angegeben. Der Link bestätigt, dass sie ihm gehört; er gilt einmal, innerhalb von 24 Stunden.',
  mail_changed_subject: 'Ihre E-Mail-Adresse wurde geändert',
  mail_changed_text:
    'Der Benutzer {username} hat jetzt eine andere E-Mail-Adresse und erhält hier keine Mails mehr. Wenn Sie es nicht waren, öffnen Sie innerhalb von 7 Tagen den Link: Er stellt diese Adresse wieder her und beendet alle Sitzungen.',
  mail_restored_subject: 'Ihre E-Mail-Adresse wurde wiederhergestellt',
  mail_restored_text:
    'Der Benutzer {username} hat wieder diese E-Mail-Adresse, und alle Sitzungen sind beendet. Wählen Sie ein neues Passwort, wenn jemand anderes Ihres kennen könnte.',
  mail_network_subject: 'Anmeldung aus einem neuen Netz',
  mail_network_text: 'Der Benutzer {username} hat sich zum ersten Mal aus einem Netz angemeldet.',
  mail_password_subject: 'Ihr Passwort wurde geändert',
  mail_password_text: 'Das Passwort des Benutzers {username} wurde geändert. Alle früheren Sitzungen sind beendet.',
  mail_factor_added_subject: 'Ein zweiter Faktor wurde hinzugefügt',
  mail_factor_added_text: 'Der Benutzer {username} hat einen neuen zweiten Faktor.',
  mail_factor_removed_subject: 'Ein zweiter Faktor wurde entfernt',
  mail_factor_removed_text: 'Ein zweiter Faktor des Benutzers {username} wurde entfernt.',
  mail_recovery_subject: 'Ein Wiederherstellungscode wurde verwendet',
  mail_recovery_text:
    'Der Benutzer {username} hat sich mit einem Wiederherstellungscode angemeldet, den ein anderer ersetzt hat.',
  mail_ending_subject: 'Ein Auth-Header endet bald',
  mail_ending_text:
    'Der Auth-Header {name} des Benutzers {username} endet zur unten genannten Zeit. Rotieren Sie ihn oder erstellen Sie vorher einen anderen, damit kein Programm abgewiesen wird.',
  mail_leaked_subject: 'Ein Auth-Header wurde widerrufen',
  mail_leaked_text:
    'Jemand hat den Wert des Auth-Headers {name} des Benutzers {username} gefunden und als durchgesickert gemeldet. Dieser Wert wird ab jetzt abgewiesen. Erstellen Sie einen anderen für das Programm, und klären Sie, wo der Wert zu finden war.',
  mail_test_subject: 'Eine Test-Mail',
  mail_test_text: 'Diese Mail zeigt, dass der Server Mails senden kann.',
  mail_not_you:
    'Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort und benachrichtigen Sie Ihren Administrator.',
  mail_token_for: 'Senden Sie dieses Token mit {route}:',
  mail_time: 'Zeit: {when}',
  mail_address: 'Adresse: {ip}',
  mail_client: 'Programm: {client}',
  mail_sent_by: 'Gesendet von {url}. Antworten auf diese Mail liest niemand.',
} satisfies MailMessages;
