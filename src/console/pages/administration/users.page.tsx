import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/settings.js';
import type { UserKind } from '../../../database/entities/user.entity.js';
import { UserService } from '../../../user/user.service.js';
import type { View } from '../../page.js';
import { Note } from '../../parts/note.js';
import { SearchForm } from '../../parts/search-form.js';
import { Moment, NextPage, Table } from '../../parts/table.js';
import { Roles, UserState } from '../../parts/user-facts.js';
import type { UserVisit } from '../../visit.js';

/** What differs between the lists of the two kinds of user. */
const TEXTS = {
  person: { title: 'users', explanation: 'users_text', add: 'add_user' },
  service: { title: 'service_accounts', explanation: 'service_accounts_text', add: 'add_service_account' },
} as const;

/** A list of users of one kind. */
@Injectable()
abstract class UserListPage {
  readonly access = 'administrator';
  protected abstract readonly kind: UserKind;

  constructor(
    private readonly users: UserService,
    private readonly settings: Settings,
  ) {}

  async show(visit: UserVisit): Promise<View> {
    const { text } = visit;
    const { title, explanation, add } = TEXTS[this.kind];
    const search = visit.field('search').trim();
    const { rows, nextCursor } = await this.users.list(search || undefined, visit.page, this.kind);
    const notice = visit.notice(['user_deleted']);
    const body = (
      <>
        {notice !== undefined && <Note kind="success">{text(notice)}</Note>}
        <p>{text(explanation)}</p>
        <p class="buttons">
          <a class="button" href={visit.url('/users/new', { kind: this.kind })}>
            {text(add)}
          </a>
        </p>
        <SearchForm visit={visit} label={text('search_users')} value={search} />
        <Table
          label={text(title)}
          columns={[text('username'), text('email'), text('roles'), text('state'), text('added')]}
          rows={rows.map((user) => ({
            key: user.id,
            cells: [
              <a key="name" href={visit.url('/users/show', { id: user.id })}>
                <bdi>{user.username}</bdi>
              </a>,
              <bdi key="email">{user.email}</bdi>,
              <Roles key="roles" visit={visit} user={user} />,
              <UserState key="state" visit={visit} user={user} maxAgeDays={this.settings.passwordMaxAgeDays} />,
              <Moment key="added" visit={visit} at={user.created} />,
            ],
          }))}
          whenEmpty={text('no_users_found')}
        />
        <NextPage visit={visit} cursor={nextCursor} />
      </>
    );
    return { title: text(title), body };
  }
}

/** The people who can log in. */
@Injectable()
export class UsersPage extends UserListPage {
  readonly path = '/users';
  readonly navigation = 'users';
  protected readonly kind = 'person';
}

/** The owners of auth headers that no person owns. */
@Injectable()
export class ServiceAccountsPage extends UserListPage {
  readonly path = '/service-accounts';
  readonly navigation = 'service_accounts';
  protected readonly kind = 'service';
}
