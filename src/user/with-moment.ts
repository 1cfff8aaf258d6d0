/** A profile as a caller wrote it, with its date-time (RFC 3339) read. */
export function withMoment<T extends { passwordExpires?: string }>(
  profile: T,
): Omit<T, 'passwordExpires'> & { passwordExpires?: Date } {
  const { passwordExpires, ...rest } = profile;
  return passwordExpires === undefined ? rest : { ...rest, passwordExpires: new Date(passwordExpires) };
}
