import type { Type } from '@nestjs/common';
import type { ConsolePage } from './page.js';
import { RevokeKeyPage, RotateKeysPage } from './pages/administration/change-keys.page.js';
import { EditUserPage } from './pages/administration/edit-user.page.js';
import { EndUserSessionPage } from './pages/administration/end-user-session.page.js';
import { EventsPage } from './pages/administration/events.page.js';
import { ExportEventsPage } from './pages/administration/export-events.page.js';
import { FiguresPage } from './pages/administration/figures.page.js';
import { HealthPage } from './pages/administration/health.page.js';
import { KeysPage } from './pages/administration/keys.page.js';
import { NewUserPage } from './pages/administration/new-user.page.js';
import { UserChangePage } from './pages/administration/user-change.page.js';
import { UserPage } from './pages/administration/user.page.js';
import { ServiceAccountsPage, UsersPage } from './pages/administration/users.page.js';

/** The pages for administrators. Those of the navigation are there in this order. */
export const ADMINISTRATION_PAGES: readonly Type<ConsolePage>[] = [
  UsersPage,
  UserPage,
  NewUserPage,
  EditUserPage,
  UserChangePage,
  EndUserSessionPage,
  ServiceAccountsPage,
  EventsPage,
  ExportEventsPage,
  KeysPage,
  RotateKeysPage,
  RevokeKeyPage,
  HealthPage,
  FiguresPage,
];
