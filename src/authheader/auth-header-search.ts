import { Injectable } from '@nestjs/common';
import type { AuthHeader } from '../database/entities/auth-header.entity.js';
import { ApiError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';
import { lookupOf } from './auth-header-lookup.js';
import type { Delegation } from './delegation.js';
import { AuthHeaderRepository } from './auth-header.repository.js';

/** Finds the auth header that a text names: by its token, its masked form or its id. */
@Injectable()
export class AuthHeaderSearch {
  constructor(private readonly authHeaders: AuthHeaderRepository) {}

  /** One of the owner's. @throws ApiError `not_found`, also for another user's and for a token that was rotated already */
  async of({ owner, ownerField }: Delegation, text: string): Promise<AuthHeader> {
    const lookup = lookupOf(text);
    const found = lookup && (await this.authHeaders.findOwn(owner.id, lookup));
    if (!found) throw notFound(ownerField);
    return found;
  }

  /** Anybody's, with its owner. @throws ApiError `not_found`, or `invalid_fields` for a masked form of several */
  async any(text: string): Promise<AuthHeader> {
    const lookup = lookupOf(text);
    const [authHeader, ...others] = lookup === undefined ? [] : await this.authHeaders.findAny(lookup);
    if (authHeader === undefined) throw notFound('text');
    if (others.length > 0) {
      throw invalidFields([{ field: 'text', message: message('names_several_auth_headers') }]);
    }
    return authHeader;
  }
}

/** The refusal of a text that names no auth header. @param ownerField undefined for one of the caller's own. */
export function notFound(ownerField: string | undefined): ApiError {
  const key = ownerField === undefined ? 'no_such_auth_header' : 'no_auth_header_of_any_user';
  return new ApiError('not_found', { message: message(key) });
}
