/** What may have happened. */
export const AUDIT_ACTIONS = [
  'login',
  'session.renew',
  'session.end',
  'password.change',
  'factor.add',
  'factor.rename',
  'factor.remove',
  'factor.recovery-codes',
  'factor.recovery-code-used',
  'authheader.add',
  'authheader.rotate',
  'authheader.update',
  'authheader.end-overlap',
  'authheader.delete',
  'authheader.revoke-leaked',
  'user.add',
  'user.update',
  'user.disable',
  'user.enable',
  'user.unlock',
  'user.delete',
  'user.reset',
  'key.rotate',
  'key.revoke',
  'secret.rotate',
  'everything.revoke',
  'database.restore',
  'password.forgot',
  'password.reset-link',
  'email.change',
  'email.confirm',
  'email.undo',
  'mail.give-up',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** How it ended. */
export const AUDIT_OUTCOMES = ['success', 'refused', 'throttled'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** The actions that take something from a credential, and that a restored backup undoes. */
export const REVOKING_ACTIONS: readonly AuditAction[] = [
  'session.end',
  'password.change',
  'password.reset-link',
  'email.undo',
  'factor.add',
  'factor.remove',
  'factor.recovery-codes',
  'factor.recovery-code-used',
  'authheader.rotate',
  'authheader.update',
  'authheader.end-overlap',
  'authheader.delete',
  'authheader.revoke-leaked',
  'user.update',
  'user.disable',
  'user.delete',
  'user.reset',
  'key.rotate',
  'key.revoke',
];
