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
import { AuthHeadersPage } from './pages/auth-headers.page.js';
import { ConfirmPage } from './pages/confirm.page.js';
import { EndOtherSessionsPage, EndSessionPage } from './pages/end-session.page.js';
import { LoginPage } from './pages/login.page.js';
import { LogoutPage } from './pages/logout.page.js';
import { NewAuthHeaderPage } from './pages/new-auth-header.page.js';
import { OverviewPage } from './pages/overview.page.js';
import { PasswordPage } from './pages/password.page.js';
import { RevokeAuthHeaderPage } from './pages/revoke-auth-header.page.js';
import { RotateAuthHeaderPage } from './pages/rotate-auth-header.page.js';
import { SessionsPage } from './pages/sessions.page.js';

/** The pages of the console. Those of the navigation are there in this order. */
export const CONSOLE_PAGES: readonly Type<ConsolePage>[] = [
  OverviewPage,
  AuthHeadersPage,
  NewAuthHeaderPage,
  RotateAuthHeaderPage,
  RevokeAuthHeaderPage,
  SessionsPage,
  EndSessionPage,
  EndOtherSessionsPage,
  PasswordPage,
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
  ConfirmPage,
  LoginPage,
  LogoutPage,
];

/** The token by which the instances of {@link CONSOLE_PAGES} are injected. */
export const PAGES = Symbol('pages');
