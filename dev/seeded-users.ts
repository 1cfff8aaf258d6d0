import type { User } from '../src/database/entities/user.entity.js';
import type { NewAuthHeader } from '../src/authheader/new-auth-header.js';

/** A person of the seeded database. */
export interface Person {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles?: readonly string[];
  /** Has a one-time password, which nobody was told. */
  readonly isNew?: boolean;
  readonly isDisabled?: boolean;
}

/** An auth header of the seeded database. */
export interface SeededAuthHeader extends NewAuthHeader {
  readonly owner: string;
  /** When it was made. */
  readonly daysAgo: number;
  /** Absent for one that was never used. */
  readonly lastUsedDaysAgo?: number;
  readonly expiresInDays?: number;
}

export const PEOPLE: readonly Person[] = [
  { username: 'alice', email: 'alice@example.com', firstname: 'Alice', lastname: 'Ferreira', roles: ['operator'] },
  { username: 'bob', email: 'bob@example.com', firstname: 'Bob', lastname: 'Okafor' },
  { username: 'chen', email: 'chen@example.com', firstname: '晨', lastname: '陈', roles: ['admin'] },
  { username: 'dalia', email: 'dalia@example.com', firstname: 'داليا', lastname: 'حسن', isDisabled: true },
  { username: 'emil', email: 'emil@example.com', firstname: 'Emil', lastname: 'Novák', isNew: true },
];

/** Who has a second factor. */
export const WITH_FACTOR = 'chen';

export const SERVICE_ACCOUNTS = [
  { username: 'build', roles: ['deployer'] },
  { username: 'reports', email: 'reports@example.com' },
] as const;

export const AUTH_HEADERS: readonly SeededAuthHeader[] = [
  { owner: 'alice', name: 'laptop', daysAgo: 26, lastUsedDaysAgo: 0 },
  { owner: 'alice', name: 'old-script', daysAgo: 29 },
  { owner: 'bob', name: 'notebook', daysAgo: 20, lastUsedDaysAgo: 12, scopes: ['orders:read'], expiresInDays: 5 },
  { owner: 'bob', name: 'office', daysAgo: 18, lastUsedDaysAgo: 1, allowedIps: ['192.0.2.0/24'] },
  { owner: 'chen', name: 'administration', daysAgo: 15, lastUsedDaysAgo: 2, scopes: ['admin', 'authheader:manage'] },
  { owner: 'build', name: 'pipeline', daysAgo: 28, lastUsedDaysAgo: 0, scopes: ['images:push'] },
  { owner: 'build', name: 'nightly', daysAgo: 28, lastUsedDaysAgo: 0, expiresInDays: 20 },
  {
    owner: 'reports',
    name: 'dashboard',
    daysAgo: 25,
    lastUsedDaysAgo: 0,
    rateLimit: { limit: 600, windowSeconds: 60 },
  },
];

/** The seeded users, by their names. */
export class SeededUsers {
  private readonly users = new Map<string, User>();

  add(user: User): void {
    this.users.set(user.username, user);
  }

  /** @throws Error for a name that nobody has yet */
  get(username: string): User {
    const user = this.users.get(username);
    if (user === undefined) throw new Error(`There is no user ${username} yet`);
    return user;
  }
}
