/** A profile as a caller wrote it, with its date-time (RFC 3339) parsed. Null removes the date, and stays null. */
export function withMoment<T extends { passwordExpires?: string | null }>(
  profile: T,
): Omit<T, 'passwordExpires'> & { passwordExpires?: Date | null } {
  const { passwordExpires, ...rest } = profile;
  if (passwordExpires === undefined) return rest;
  return { ...rest, passwordExpires: passwordExpires === null ? null : new Date(passwordExpires) };
}
