import { EnvironmentValue } from './literal.js';

/** The first administrator as a first start makes it: the one user there is on a new server. */
export const ADMINISTRATOR = { username: 'admin', email: 'admin@example.com' } as const;

const ENVIRONMENT: Readonly<Record<string, string>> = { password: 'PASSWORD', newPassword: 'NEW_PASSWORD' };

/**
 * The example of a login as the administrator sends it, so that a pasted sample succeeds. The passwords are read from the
 * environment: no sample can contain the one that the first start has printed. A body without a current password is unchanged.
 */
export function asAdministrator(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const isLogin = 'password' in body && ('username' in body || 'email' in body);
  const entries = Object.entries(body).map(([name, value]: [string, unknown]) => {
    if (!isLogin) return [name, asAdministrator(value)];
    const variable = ENVIRONMENT[name];
    if (variable !== undefined) return [name, new EnvironmentValue(variable)];
    return [name, name in ADMINISTRATOR ? ADMINISTRATOR[name as keyof typeof ADMINISTRATOR] : value];
  });
  return Object.fromEntries(entries) as object;
}
