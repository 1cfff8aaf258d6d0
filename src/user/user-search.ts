import { Injectable } from '@nestjs/common';
import { invalidFields } from '../errors/invalid-fields.js';
import { readId } from '../http/id.js';
import { message } from '../i18n/message.js';
import type { UserReferenceDto } from './dto/manage-user.dto.js';
import { UserService } from './user.service.js';

/** Finds the user that an administrator names. */
@Injectable()
export class UserSearch {
  constructor(private readonly users: UserService) {}

  /**
   * The id of the user. An id is not looked up, unless a username is there as well.
   * @throws ApiError `not_found` for an unknown username, `invalid_fields` for the id of one user and the username of another
   */
  async idOf({ id, username }: UserReferenceDto): Promise<string> {
    const named = id === undefined ? undefined : (readId(id) ?? (await this.idOfName(id)));
    const byUsername = username === undefined ? undefined : await this.idOfName(username);
    if (named !== undefined && byUsername !== undefined && named !== byUsername) {
      throw invalidFields([{ field: 'username', message: message('must_be_of_the_same_user', { other: 'id' }) }]);
    }
    return named ?? byUsername ?? '';
  }

  private async idOfName(username: string): Promise<string> {
    return (await this.users.getByUsername(username)).id;
  }
}
