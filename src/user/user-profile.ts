/** What an administrator says of a user. */
export interface UserProfile {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles: readonly string[];
  /** When the user must change the password; null for never. */
  readonly passwordExpires: Date | null;
}

/** What is known of a user who is added. */
export type NewUser = Pick<UserProfile, 'username' | 'email'> & Partial<UserProfile>;
