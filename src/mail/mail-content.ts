/** What a mail may be about. `nothing` is never sent: it is queued for an address of nobody, so that both take the same time. */
export const MAIL_KINDS = [
  'nothing',
  'reset-link',
  'confirm-email',
  'email-changed',
  'email-restored',
  'new-network',
  'password-changed',
  'factor-added',
  'factor-removed',
  'recovery-code-used',
  'auth-header-ending',
  'auth-header-leaked',
  'test',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** A mail to one recipient. It is sealed as long as it is queued. */
export interface MailContent {
  readonly kind: MailKind;
  /** The address of the recipient. */
  readonly to: string;
  /** The user whom it is about; null for nobody. */
  readonly userId: string | null;
  readonly username: string;
  /** A supported language tag; null for the default language. */
  readonly language: string | null;
  /** The moment that it is about, as ISO 8601 in UTC. */
  readonly at: string;
  /** Where the change came from; absent where the server made it. */
  readonly ip?: string;
  readonly client?: string;
  /** The token of its link. */
  readonly token?: string;
  /** The name of what it is about. */
  readonly name?: string;
}
