import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { IsNull, type Repository } from 'typeorm';
import { AuditService, type Occurrence } from '../audit/audit.service.js';
import { type Actor, passwordBearer } from '../auth/actor.js';
import { Settings } from '../config/settings.js';
import { KeptChange } from '../database/kept-change.js';
import { KeptQuery } from '../database/kept-query.js';
import { ReadConnection } from '../database/read-connection.js';
import { ApiError } from '../errors/api-error.js';
import type { Origin } from '../net/origin.js';
import { emailKey, usernameKey } from '../i18n/name-key.js';
import { message } from '../languages/message.js';
import { SessionService } from '../session/session.service.js';
import { type CountedAttempt, LoginThrottleService } from './login-throttle.service.js';
import { CostlyWork } from '../workload/costly-work.js';
import { Turns } from './keyed-limiter.js';
import { passwordExpirationOf } from './password-expiration.js';
import { refuseWeakPassword } from './password-policy.js';
import { Passwords } from './password-hasher.js';
import { User } from '../database/entities/user.entity.js';

/**
 * How many logins of one account from one network are looked at at once, and how many from all: an attempt counts against
 * their budgets until its password has proved right, so that many right ones at once would use them up.
 */
const AT_ONCE_FROM_A_NETWORK = 4;
const AT_ONCE = 40;

/** A user who has just logged in, and the JWT that says so. */
export interface LoggedInUser {
  readonly user: User;
  readonly jwt: string;
}

/** The door somebody comes by: the column that knows them. */
type Door = 'usernameKey' | 'emailKey';

/** Who somebody says they are. */
interface Claimed {
  readonly door: Door;
  readonly key: string;
}

/** Somebody whose password was right; whether they may log in is another question. */
interface ProvenUser {
  readonly user: User;
  readonly actor: Actor;
  readonly attempt: CountedAttempt;
}

/** The act behind both doors: from a name and a password to a session and its JWT. */
@Injectable()
export class LoginService {
  private readonly turns = new Turns(AT_ONCE);
  private readonly turnsOfNetwork = new Turns(AT_ONCE_FROM_A_NETWORK);
  private readonly byKey: Readonly<Record<Door, KeptQuery<User, 'key'>>>;
  private readonly passing: KeptChange<'id' | 'passwordChanged' | 'rehashed'>;

  constructor(
    @InjectRepository(User) users: Repository<User>,
    connection: ReadConnection,
    private readonly passwords: Passwords,
    private readonly work: CostlyWork,
    private readonly sessions: SessionService,
    private readonly throttle: LoginThrottleService,
    private readonly audit: AuditService,
    private readonly settings: Settings,
  ) {
    const byKey = (door: Door) =>
      new KeptQuery(users.createQueryBuilder('user').where(`user.${door} = :key`), ['key'], connection);
    this.byKey = { usernameKey: byKey('usernameKey'), emailKey: byKey('emailKey') };
    const passing = users
      .createQueryBuilder()
      .update()
      .set({ passwordHash: () => 'COALESCE(:rehashed, password_hash)' })
      .where('id = :id AND password_changed = :passwordChanged AND disabled IS NULL');
    this.passing = new KeptChange(passing, ['id', 'passwordChanged', 'rehashed']);
  }

  /** The door by username. @throws ApiError `incorrect_credentials`, `password_expired`, `too_many_attempts` or `unavailable` */
  logInByUsername(username: string, password: string, origin: Origin): Promise<LoggedInUser> {
    const who = { door: 'usernameKey', key: usernameKey(username) } as const;
    return this.inTurn(who, origin, () => this.logIn(who, password, origin));
  }

  /** The door by e-mail address. @throws ApiError `incorrect_credentials`, `password_expired`, `too_many_attempts` or `unavailable` */
  logInByEmail(email: string, password: string, origin: Origin): Promise<LoggedInUser> {
    const who = { door: 'emailKey', key: emailKey(email) } as const;
    return this.inTurn(who, origin, () => this.logIn(who, password, origin));
  }

  /**
   * Changes a password, also one that has expired or was set by somebody else; ends every other session of the user.
   * @throws ApiError `incorrect_credentials`, `too_many_attempts`, or `invalid_fields` for a new password that is weak
   */
  changePassword(username: string, password: string, newPassword: string, origin: Origin): Promise<LoggedInUser> {
    const who = { door: 'usernameKey', key: usernameKey(username) } as const;
    return this.inTurn(who, origin, () => this.replacePassword(who, password, newPassword, origin));
  }

  /** Once there is room for another, in the turns of the account and of the account from that network. */
  private inTurn<T>(who: Claimed, { network }: Origin, act: () => Promise<T>): Promise<T> {
    const account = JSON.stringify(who);
    const ofNetwork = `${account} ${network}`;
    return this.work.admit(() => this.turnsOfNetwork.take(ofNetwork, () => this.turns.take(account, act)));
  }

  private async replacePassword(
    who: Claimed,
    password: string,
    newPassword: string,
    origin: Origin,
  ): Promise<LoggedInUser> {
    const { user, actor, attempt } = await this.prove(who, password, origin, 'password.change');
    try {
      if (newPassword.normalize('NFC') === password.normalize('NFC')) throw sameAgain();
      await refuseWeakPassword('newPassword', newPassword, user, this.settings.passwordMinLength);
    } catch (error) {
      // Whoever knew the password was not guessing.
      await this.throttle.takeBack(attempt);
      await this.audit.record(actor, { action: 'password.change', outcome: 'refused', detail: 'new password is weak' });
      throw error;
    }
    const passwordHash = await this.passwords.hash(newPassword);
    const changed = {
      passwordHash,
      passwordChanged: new Date(),
      passwordExpires: null,
      initialPasswordExpires: null,
    };
    const renewed = { ...user, ...changed };
    const session = await this.audit.recording(actor, async (manager) => {
      // Whoever changed it in the meantime, or reset it, was first; a login may have made its hash anew.
      const unchanged = { id: user.id, passwordChanged: user.passwordChanged, disabled: IsNull() };
      const { affected } = await manager.update(User, unchanged, changed);
      if (!affected) throw new ApiError('incorrect_credentials');
      await this.sessions.endAll(user.id, manager);
      await this.throttle.succeed(attempt, manager);
      const opened = await this.sessions.open(renewed, origin, manager);
      const occurrence: Occurrence = {
        action: 'password.change',
        target: user.id,
        detail: `session ${opened.id}`,
        revokes: { of: 'user', userId: user.id },
      };
      return { result: opened, occurrence };
    });
    return { user: renewed, jwt: await this.sessions.mint(renewed, session) };
  }

  private async logIn(who: Claimed, password: string, origin: Origin): Promise<LoggedInUser> {
    const { user, actor, attempt } = await this.prove(who, password, origin, 'login');
    const expiration = passwordExpirationOf(user, this.settings.passwordMaxAgeDays);
    if (user.initialPasswordExpires !== null || (expiration !== null && expiration <= new Date())) {
      await this.throttle.takeBack(attempt);
      await this.audit.record(actor, { action: 'login', outcome: 'refused', detail: 'password expired' });
      throw new ApiError('password_expired');
    }
    const rehashed = this.passwords.isOutdated(user.passwordHash) ? await this.passwords.hash(password) : null;
    const session = await this.audit.recording(actor, async (manager) => {
      // A password changed, or a user disabled, since the look-up must not leave a session behind. Its hash alone may
      // be another by now: of logins at once, each makes it anew.
      const unchanged = { id: user.id, passwordChanged: user.passwordChanged.toISOString() };
      const passed = await this.passing.make(manager, { ...unchanged, rehashed });
      if (passed === 0) throw new ApiError('incorrect_credentials');
      await this.throttle.succeed(attempt, manager);
      const opened = await this.sessions.open(user, origin, manager);
      return { result: opened, occurrence: { action: 'login', target: opened.id } };
    });
    return { user, jwt: await this.sessions.mint(user, session) };
  }

  /**
   * Whose password it is. Unknown, wrong, disabled, empty and over-long look and cost the same; a right password alone
   * reveals more.
   */
  private async prove(
    who: Claimed,
    password: string,
    origin: Origin,
    action: 'login' | 'password.change',
  ): Promise<ProvenUser> {
    const user = await this.byKey[who.door].first({ key: who.key });
    const account = user?.id ?? createHash('sha256').update(JSON.stringify(who)).digest('base64url');
    // A name that is nobody's may be a password typed in the wrong place: it is not written down.
    const actor = { ...passwordBearer(user?.username ?? '', origin), userId: user?.id ?? null };
    const isKnownNetwork = await this.sessions.hasLoggedInFrom(account, origin.network);
    let attempt: CountedAttempt;
    try {
      attempt = await this.throttle.begin({ account, network: origin.network, isKnownNetwork });
    } catch (error) {
      await this.audit.record(actor, { action, outcome: 'throttled' });
      throw error;
    }
    const matches = await this.passwords.matches(user?.passwordHash, password);
    const initialIsOver = (user?.initialPasswordExpires?.getTime() ?? Infinity) <= Date.now();
    if (user === null || !matches || user.disabled !== null || initialIsOver) {
      await this.audit.record(actor, { action, outcome: 'refused', detail: 'incorrect credentials' });
      throw new ApiError('incorrect_credentials');
    }
    return { user, actor, attempt };
  }
}

function sameAgain(): ApiError {
  return new ApiError('invalid_fields', {
    details: [{ field: 'newPassword', message: message('must_be_another_password') }],
  });
}
