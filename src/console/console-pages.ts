import type { Type } from '@nestjs/common';
import { ADMINISTRATION_PAGES } from './administration-pages.js';
import type { ConsolePage } from './page.js';
import { AddAppPage, ConfirmAppPage } from './pages/add-app.page.js';
import { AddPasskeyPage, ConfirmPasskeyPage } from './pages/add-passkey.page.js';
import { AuthHeadersPage } from './pages/auth-headers.page.js';
import { RecoveryCodesPage, RemoveFactorPage, RenameFactorPage } from './pages/change-factor.page.js';
import { ConfirmPage } from './pages/confirm.page.js';
import { EndOtherSessionsPage, EndSessionPage } from './pages/end-session.page.js';
import { ConfirmEmailPage, EmailPage, UndoEmailPage } from './pages/email.page.js';
import { FactorsPage } from './pages/factors.page.js';
import { ForgotPage } from './pages/forgot.page.js';
import { LoginPage } from './pages/login.page.js';
import { LogoutPage } from './pages/logout.page.js';
import { NewAuthHeaderPage } from './pages/new-auth-header.page.js';
import { OverviewPage } from './pages/overview.page.js';
import { PasskeyLoginPage } from './pages/passkey-login.page.js';
import { PasswordPage } from './pages/password.page.js';
import { ResetPage } from './pages/reset.page.js';
import { RevokeAuthHeaderPage } from './pages/revoke-auth-header.page.js';
import { RotateAuthHeaderPage } from './pages/rotate-auth-header.page.js';
import { SecondStepPage, SetUpPage } from './pages/second-step.page.js';
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
  FactorsPage,
  AddAppPage,
  ConfirmAppPage,
  AddPasskeyPage,
  ConfirmPasskeyPage,
  RenameFactorPage,
  RemoveFactorPage,
  RecoveryCodesPage,
  ...ADMINISTRATION_PAGES,
  ConfirmPage,
  SecondStepPage,
  SetUpPage,
  LoginPage,
  PasskeyLoginPage,
  LogoutPage,
  ForgotPage,
  ResetPage,
  EmailPage,
  ConfirmEmailPage,
  UndoEmailPage,
];

/** The token by which the instances of {@link CONSOLE_PAGES} are injected. */
export const PAGES = Symbol('pages');
