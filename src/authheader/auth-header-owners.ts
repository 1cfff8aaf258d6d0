import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { User } from '../database/entities/user.entity.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { readId } from '../http/id.js';
import { message, type Message } from '../i18n/message.js';
import { usernameKey } from '../i18n/name-key.js';
import { AuthHeaderOwnerRepository } from './auth-header-owner.repository.js';
import type { Delegation } from './delegation.js';
import type { OwnerDto } from './dto/owner.dto.js';

/** Decides whose auth headers a request is about. */
@Injectable()
export class AuthHeaderOwners {
  constructor(private readonly owners: AuthHeaderOwnerRepository) {}

  /**
   * The principal's own, unless a user is named, which an administrator may do. Only with a JWT: an auth header that leaked would
   * obtain others that its own end and networks do not bind.
   * @throws ApiError `invalid_fields`, which tells no other caller whether there is that user
   */
  async delegationOf(principal: Principal, named: OwnerDto): Promise<Delegation> {
    const { userId, username } = named;
    const ownerField = userId === undefined ? 'username' : 'userId';
    const own = { asker: principal, owner: principal.user };
    if (userId === undefined && username === undefined) return own;
    if (principal.credential.kind !== 'jwt' || !principal.may('admin')) {
      throw bad(ownerField, message('is_for_administrators'));
    }
    const owner = await this.find(named);
    return owner === undefined || owner.id === principal.userId ? own : { asker: principal, owner, ownerField };
  }

  /**
   * The id of the user whom an administrator names; undefined if none is named.
   * @throws ApiError `invalid_fields` for an unknown username, and for two users. An unknown id may be that of a deleted user.
   */
  async idOf(named: OwnerDto): Promise<string | undefined> {
    const id = named.username === undefined ? readId(named.userId ?? '') : undefined;
    return id ?? (await this.find(named))?.id;
  }

  private async find({ userId, username }: OwnerDto): Promise<User | undefined> {
    const byId = userId === undefined ? undefined : await this.findBy('userId', userId, readId(userId));
    const byName = username === undefined ? undefined : await this.findBy('username', username);
    if (byId !== undefined && byName !== undefined && byId.id !== byName.id) {
      throw bad('username', message('must_be_of_the_same_user', { other: 'userId' }));
    }
    return byId ?? byName;
  }

  private async findBy(field: keyof OwnerDto, name: string, id?: string): Promise<User> {
    const found = await (id === undefined ? this.owners.findByUsername(usernameKey(name)) : this.owners.find(id));
    if (found === null) throw bad(field, message('must_be_an_existing_user'));
    return found;
  }
}

function bad(field: string, complaint: Message): Error {
  return invalidFields([{ field, message: complaint }]);
}
