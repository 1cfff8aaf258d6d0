import type { PresentedCredential } from '../guard/read-credential.js';

export const JWT_STRATEGY = 'jwt';
export const AUTH_HEADER_STRATEGY = 'auth-header';

/** The Passport strategy for each kind of credential. The module that issues the credential registers it. */
export const STRATEGY_OF: Readonly<Record<PresentedCredential['kind'], string>> = {
  jwt: JWT_STRATEGY,
  'auth-header': AUTH_HEADER_STRATEGY,
};

/** The credential to check. A strategy gets it in place of an HTTP request. */
export interface CredentialRequest {
  readonly credential: PresentedCredential;
}
