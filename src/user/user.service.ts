import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Settings } from '../config/settings.js';
import { ApiError } from '../errors/api-error.js';
import { Passwords } from './passwords.js';
import { matchKey, User } from './user.entity.js';

const DAY_MS = 86_400_000;

/** What a new user is made of. */
export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** Who may log in, and whether a password is theirs. */
@Injectable()
export class UserService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: Passwords,
    private readonly settings: Settings,
  ) {}

  /** The door by username. @throws ApiError `incorrect_credentials` or `password_expired` */
  authenticateByUsername(username: string, password: string): Promise<User> {
    return this.authenticate({ usernameKey: matchKey(username) }, password);
  }

  /** The door by e-mail address. @throws ApiError `incorrect_credentials` or `password_expired` */
  authenticateByEmail(email: string, password: string): Promise<User> {
    return this.authenticate({ emailKey: matchKey(email) }, password);
  }

  /** @throws ApiError `not_found` */
  async get(id: string): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new ApiError('not_found');
    return user;
  }

  isEmpty(): Promise<boolean> {
    return this.users.exists().then((exists) => !exists);
  }

  async add({ username, email, password, roles }: NewUser): Promise<void> {
    const now = new Date();
    await this.users.insert({
      id: uuidv7(),
      username,
      usernameKey: matchKey(username),
      email,
      emailKey: matchKey(email),
      passwordHash: await this.passwords.hash(password),
      passwordChanged: now,
      roles: [...roles],
      created: now,
    });
  }

  /** When the user's password must be changed: their own date or the server's rule, whichever comes first. */
  passwordExpirationOf(user: User): Date | null {
    const { passwordMaxAgeDays } = this.settings;
    if (passwordMaxAgeDays === 0) return user.passwordExpires;
    const byRule = new Date(user.passwordChanged.getTime() + passwordMaxAgeDays * DAY_MS);
    return user.passwordExpires !== null && user.passwordExpires < byRule ? user.passwordExpires : byRule;
  }

  /** A right password alone reveals that it has expired, or that there is such a user at all. */
  private async authenticate(who: FindOptionsWhere<User>, password: string): Promise<User> {
    const user = await this.users.findOneBy(who);
    const matches = await this.passwords.matches(user?.passwordHash, password);
    if (user === null || !matches || user.disabled !== null) throw new ApiError('incorrect_credentials');
    const expiration = this.passwordExpirationOf(user);
    if (expiration !== null && expiration <= new Date()) throw new ApiError('password_expired');
    return user;
  }
}
