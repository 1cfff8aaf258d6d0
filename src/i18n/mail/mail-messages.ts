import type { mailEn } from './en.js';

/** The texts of mails in one language: exactly one for each key. */
export type MailMessages = Readonly<Record<keyof typeof mailEn, string>>;
