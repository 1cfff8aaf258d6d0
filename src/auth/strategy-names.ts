import type { PresentedCredential } from '../guard/read-credential.js';

export const JWT_STRATEGY = 'jwt';
export const AUTH_HEADER_STRATEGY = 'auth-header';

/** The strategy of Passport that checks each kind of credential; the modules that make the credentials bring them. */
export const STRATEGY_OF: Readonly<Record<PresentedCredential['kind'], string>> = {
  jwt: JWT_STRATEGY,
  'auth-header': AUTH_HEADER_STRATEGY,
};

/** What a strategy is handed in place of an HTTP request: the credential it is to check. */
export interface CredentialRequest {
  readonly credential: PresentedCredential;
}
