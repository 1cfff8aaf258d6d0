import passport from 'passport';
import type { PresentedCredential } from '../guard/read-credential.js';
import type { Principal } from './principal.js';
import { type CredentialRequest, STRATEGY_OF } from './strategy-names.js';

type Done = (error?: Error | null, principal?: Principal | false | null) => void;
type Middleware = (request: CredentialRequest, response: undefined, next: Done) => void;

/** Checks a credential with the strategy of its kind. The result is final: no other strategy is tried. */
export function askStrategy(credential: PresentedCredential): Promise<Principal | null> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, principal) => {
      if (error) reject(error);
      else resolve(principal === false ? null : (principal ?? null));
    };
    const check = passport.authenticate(STRATEGY_OF[credential.kind], { session: false }, done) as Middleware;
    check({ credential }, undefined, done);
  });
}
