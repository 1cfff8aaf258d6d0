import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { invalidFields } from '../errors/invalid-fields.js';
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
  async delegationOf(principal: Principal, { userId, username }: OwnerDto): Promise<Delegation> {
    const ownerField = userId === undefined ? 'username' : 'userId';
    const own = { asker: principal, owner: principal.user };
    if (userId === undefined && username === undefined) return own;
    if (principal.credential.kind !== 'jwt' || !principal.may('admin')) {
      throw bad(ownerField, message('is_for_administrators'));
    }
    const owner = await (userId === undefined
      ? this.owners.findByUsername(usernameKey(username ?? ''))
      : this.owners.find(userId));
    if (owner === null) throw bad(ownerField, message('must_be_an_existing_user'));
    return owner.id === principal.userId ? own : { asker: principal, owner, ownerField };
  }
}

function bad(field: string, complaint: Message): Error {
  return invalidFields([{ field, message: complaint }]);
}
