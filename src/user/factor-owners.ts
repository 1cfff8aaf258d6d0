import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { invalidFields } from '../errors/invalid-fields.js';
import type { FactorOwner } from '../factor/factor.service.js';
import { message } from '../i18n/message.js';
import { UserSearch } from './user-search.js';
import { UserService } from './user.service.js';

/** Whose factors a request is about. */
export interface OwnedFactors {
  readonly owner: FactorOwner;
  readonly isOwn: boolean;
}

/** Decides whose second factors a request is about. */
@Injectable()
export class FactorOwners {
  constructor(
    private readonly users: UserService,
    private readonly search: UserSearch,
  ) {}

  /**
   * The principal's own, unless a user is named, which an administrator may do.
   * @throws ApiError `invalid_fields`, which tells no other caller whether there is that user; `not_found`
   */
  async of(principal: Principal, named: string | undefined): Promise<OwnedFactors> {
    if (named === undefined) return { owner: principal.user, isOwn: true };
    if (!principal.may('admin')) {
      throw invalidFields([{ field: 'userId', message: message('is_for_administrators') }]);
    }
    const id = await this.search.idOf({ id: named });
    if (id === principal.userId) return { owner: principal.user, isOwn: true };
    return { owner: await this.users.get(id), isOwn: false };
  }
}
