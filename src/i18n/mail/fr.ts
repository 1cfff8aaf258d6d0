import type { MailMessages } from './mail-messages.js';

export const mailFr = {
  mail_greeting: 'Bonjour {username},',
  mail_reset_subject: 'Choisissez un nouveau mot de passe',
  mail_reset_text:
    'Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour l’utilisateur {username}. Le lien fonctionne une fois, pendant une heure.',
  mail_reset_ignore: 'Si ce n’était pas vous, ignorez ce message : rien n’a changé.',
  mail_confirm_subject: 'Confirmez votre adresse e-mail',
  mail_confirm_text:
    'L’utilisateur {username} a indiqué cette adresse e-mail. Le lien confirme qu’elle est la sienne ; il fonctionne une fois, pendant 24 heures.',
  mail_changed_subject: 'Votre adresse e-mail a été changée',
  mail_changed_text:
    'L’utilisateur {username} a maintenant une autre adresse e-mail et ne reçoit plus de messages ici. Si ce n’était pas vous, ouvrez le lien dans les 7 jours : il rétablit cette adresse et termine toutes les sessions.',
  mail_restored_subject: 'Votre adresse e-mail a été rétablie',
  mail_restored_text:
    'L’utilisateur {username} a de nouveau cette adresse e-mail, et toutes les sessions sont terminées. Choisissez un nouveau mot de passe si quelqu’un d’autre peut connaître le vôtre.',
  mail_network_subject: 'Connexion depuis un nouveau réseau',
  mail_network_text: 'L’utilisateur {username} s’est connecté depuis un réseau pour la première fois.',
  mail_password_subject: 'Votre mot de passe a été changé',
  mail_password_text:
    'Le mot de passe de l’utilisateur {username} a été changé. Toutes les sessions précédentes sont terminées.',
  mail_factor_added_subject: 'Un second facteur a été ajouté',
  mail_factor_added_text: 'L’utilisateur {username} a un nouveau second facteur.',
  mail_factor_removed_subject: 'Un second facteur a été supprimé',
  mail_factor_removed_text: 'Un second facteur de l’utilisateur {username} a été supprimé.',
  mail_recovery_subject: 'Un code de secours a été utilisé',
  mail_recovery_text: 'L’utilisateur {username} s’est connecté avec un code de secours, qu’un autre a remplacé.',
  mail_ending_subject: 'Un auth header expire bientôt',
  mail_ending_text:
    'L’auth header {name} de l’utilisateur {username} expire à l’heure ci-dessous. Renouvelez-le ou créez-en un autre avant, pour qu’aucun programme ne soit refusé.',
  mail_leaked_subject: 'Un auth header a été révoqué',
  mail_leaked_text:
    'Quelqu’un a trouvé la valeur de l’auth header {name} de l’utilisateur {username} et l’a signalée comme divulguée. Cette valeur est désormais refusée. Créez-en une autre pour le programme, et cherchez où elle se trouvait.',
  mail_test_subject: 'Un message d’essai',
  mail_test_text: 'Ce message montre que le serveur peut envoyer des messages.',
  mail_not_you:
    'Si ce n’était pas vous, choisissez tout de suite un nouveau mot de passe et prévenez votre administrateur.',
  mail_token_for: 'Envoyez ce jeton avec {route} :',
  mail_time: 'Heure : {when}',
  mail_address: 'Adresse : {ip}',
  mail_client: 'Programme : {client}',
  mail_sent_by: 'Envoyé par {url}. Personne ne lit les réponses à ce message.',
} satisfies MailMessages;
