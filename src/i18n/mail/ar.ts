import type { MailMessages } from './mail-messages.js';

export const mailAr = {
  mail_greeting: 'مرحبًا {username}،',
  mail_reset_subject: 'اختر كلمة مرور جديدة',
  mail_reset_text: 'طلب شخص ما، وربما أنت، كلمة مرور جديدة للمستخدم {username}. يعمل الرابط مرة واحدة خلال ساعة.',
  mail_reset_ignore: 'إذا لم تكن أنت، فتجاهل هذه الرسالة: لم يتغير شيء.',
  mail_confirm_subject: 'أكّد عنوان بريدك الإلكتروني',
  mail_confirm_text:
    'أعطى المستخدم {username} عنوان البريد الإلكتروني هذا. يؤكد الرابط أنه عنوانه، ويعمل مرة واحدة خلال 24 ساعة.',
  mail_changed_subject: 'تغيّر عنوان بريدك الإلكتروني',
  mail_changed_text:
    'للمستخدم {username} الآن عنوان بريد إلكتروني آخر، ولن تصله رسائل على هذا العنوان. إذا لم تكن أنت، فافتح الرابط خلال 7 أيام: فهو يعيد هذا العنوان وينهي كل الجلسات.',
  mail_restored_subject: 'أُعيد عنوان بريدك الإلكتروني',
  mail_restored_text:
    'للمستخدم {username} هذا العنوان من جديد، وانتهت كل الجلسات. اختر كلمة مرور جديدة إذا كان من الممكن أن يعرف غيرك كلمة مرورك.',
  mail_network_subject: 'تسجيل دخول من شبكة جديدة',
  mail_network_text: 'سجّل المستخدم {username} الدخول من شبكة لأول مرة.',
  mail_password_subject: 'تغيّرت كلمة مرورك',
  mail_password_text: 'تغيّرت كلمة مرور المستخدم {username}. انتهت كل الجلسات السابقة.',
  mail_factor_added_subject: 'أُضيف عامل ثانٍ',
  mail_factor_added_text: 'للمستخدم {username} عامل ثانٍ جديد.',
  mail_factor_removed_subject: 'أُزيل عامل ثانٍ',
  mail_factor_removed_text: 'أُزيل عامل ثانٍ للمستخدم {username}.',
  mail_recovery_subject: 'استُخدم رمز استرداد',
  mail_recovery_text: 'سجّل المستخدم {username} الدخول برمز استرداد حلّ محله رمز آخر.',
  mail_ending_subject: 'أوشك auth header على الانتهاء',
  mail_ending_text:
    'ينتهي auth header المسمى {name} للمستخدم {username} في الوقت المذكور أدناه. بدّله أو أنشئ غيره قبل ذلك، حتى لا يُرفض أي برنامج.',
  mail_leaked_subject: 'أُلغي auth header',
  mail_leaked_text:
    'عثر شخص على قيمة auth header المسمى {name} للمستخدم {username} وأبلغ عن تسرّبها. تُرفض هذه القيمة من الآن. أنشئ غيرها للبرنامج، وابحث عن المكان الذي كانت فيه.',
  mail_test_subject: 'رسالة تجريبية',
  mail_test_text: 'تُظهر هذه الرسالة أن الخادم يستطيع إرسال الرسائل.',
  mail_not_you: 'إذا لم تكن أنت، فاختر كلمة مرور جديدة فورًا وأبلغ المسؤول.',
  mail_token_for: 'أرسل هذا الرمز بواسطة {route}:',
  mail_time: 'الوقت: {when}',
  mail_address: 'العنوان: {ip}',
  mail_client: 'البرنامج: {client}',
  mail_sent_by: 'أرسلها {url}. لا أحد يقرأ الردود على هذه الرسالة.',
} satisfies MailMessages;
