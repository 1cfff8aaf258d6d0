import type { MailMessages } from './mail-messages.js';

export const mailEs = {
  mail_greeting: 'Hola, {username}:',
  mail_reset_subject: 'Elija una nueva contraseña',
  mail_reset_text:
    'Alguien, probablemente usted, pidió una nueva contraseña para el usuario {username}. El enlace funciona una vez, durante una hora.',
  mail_reset_ignore: 'Si no fue usted, ignore este mensaje: nada ha cambiado.',
  mail_confirm_subject: 'Confirme su dirección de correo',
  mail_confirm_text:
    'El usuario {username} indicó esta dirección de correo. El enlace confirma que es suya; funciona una vez, durante 24 horas.',
  mail_changed_subject: 'Su dirección de correo ha cambiado',
  mail_changed_text:
    'El usuario {username} tiene ahora otra dirección de correo y ya no recibe mensajes en esta. Si no fue usted, abra el enlace en un plazo de 7 días: restablece esta dirección y termina todas las sesiones.',
  mail_restored_subject: 'Su dirección de correo se ha restablecido',
  mail_restored_text:
    'El usuario {username} tiene de nuevo esta dirección de correo, y todas las sesiones han terminado. Elija una nueva contraseña si otra persona puede conocer la suya.',
  mail_network_subject: 'Inicio de sesión desde una red nueva',
  mail_network_text: 'El usuario {username} ha iniciado sesión desde una red por primera vez.',
  mail_password_subject: 'Su contraseña ha cambiado',
  mail_password_text: 'La contraseña del usuario {username} ha cambiado. Todas las sesiones anteriores han terminado.',
  mail_factor_added_subject: 'Se ha añadido un segundo factor',
  mail_factor_added_text: 'El usuario {username} tiene un nuevo segundo factor.',
  mail_factor_removed_subject: 'Se ha eliminado un segundo factor',
  mail_factor_removed_text: 'Se ha eliminado un segundo factor del usuario {username}.',
  mail_recovery_subject: 'Se ha usado un código de recuperación',
  mail_recovery_text: 'El usuario {username} ha iniciado sesión con un código de recuperación, que otro ha sustituido.',
  mail_ending_subject: 'Un auth header está a punto de caducar',
  mail_ending_text:
    'El auth header {name} del usuario {username} caduca a la hora indicada abajo. Rótelo o cree otro antes, para que ningún programa sea rechazado.',
  mail_leaked_subject: 'Se ha revocado un auth header',
  mail_leaked_text:
    'Alguien ha encontrado el valor del auth header {name} del usuario {username} y lo ha notificado como filtrado. Ese valor se rechaza desde ahora. Cree otro para el programa y averigüe dónde se encontraba.',
  mail_test_subject: 'Un mensaje de prueba',
  mail_test_text: 'Este mensaje muestra que el servidor puede enviar mensajes.',
  mail_not_you: 'Si no fue usted, elija enseguida una nueva contraseña y avise a su administrador.',
  mail_token_for: 'Envíe este token con {route}:',
  mail_time: 'Hora: {when}',
  mail_address: 'Dirección: {ip}',
  mail_client: 'Programa: {client}',
  mail_sent_by: 'Enviado por {url}. Nadie lee las respuestas a este mensaje.',
} satisfies MailMessages;
