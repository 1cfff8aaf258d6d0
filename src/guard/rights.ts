/** What the rights of a principal follow from. */
export interface Rights {
  readonly kind: 'jwt' | 'auth-header';
  /** Of the user. */
  readonly roles: readonly string[];
  /** Of an auth header. A JWT of a login has the rights of its user, whatever this says. */
  readonly scopes: readonly string[];
}

/** Whether a principal has a scope. Nobody has `admin` whose user is no administrator any more. */
export function hasScope({ kind, roles, scopes }: Rights, scope: string): boolean {
  return (scope !== 'admin' || roles.includes('admin')) && (kind === 'jwt' || scopes.includes(scope));
}

/** Whether a principal has a role. An auth header is an administrator's only with the scope of that name. */
export function hasRole(rights: Rights, role: string): boolean {
  return role === 'admin' ? hasScope(rights, role) : rights.roles.includes(role);
}
