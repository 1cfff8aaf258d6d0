import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { User } from '../database/entities/user.entity.js';

/** Who must have a second factor (`SECOND_FACTOR`). Logins, renewals and removals all ask this class. */
@Injectable()
export class FactorPolicy {
  constructor(private readonly settings: Settings) {}

  /** Whether a user gets no session without a second factor. A service account has no sessions. */
  demandsOf({ kind, roles }: Pick<User, 'kind'> & { readonly roles: readonly string[] }): boolean {
    if (kind === 'service') return false;
    switch (this.settings.secondFactor) {
      case 'optional':
        return false;
      case 'administrators':
        return roles.includes('admin');
      case 'everybody':
        return true;
    }
  }
}
