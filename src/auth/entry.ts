import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../errors/api-error.js';
import { isAuthHeaderShaped } from '../guard/auth-header-format.js';
import { type PresentedCredential, readCredential } from '../guard/read-credential.js';
import type { Form } from '../http/form-body.js';
import { readClientCredential } from './client-credential.js';
import { refusalOf } from './credential-hint.js';

/** A credential on its way into a request. */
export interface Entry {
  readonly credential: PresentedCredential;
  readonly request: IncomingMessage;
  /** Gets the headers of the rate limit, if there is one; undefined for a token that is not the request's own credential. */
  readonly response: ServerResponse | undefined;
  /** The id by which an OAuth client names itself. */
  readonly clientId?: string | undefined;
}

/** A token that a client asks about. */
export function presented(token: string): PresentedCredential {
  return { kind: isAuthHeaderShaped(token) ? 'auth-header' : 'jwt', token };
}

/**
 * The credential of an OAuth client. Not by a spread, which costs as much as both look-ups of an introspection.
 * @throws ApiError for none, or more than one
 */
export function clientEntryOf(request: IncomingMessage, form: Form, response: ServerResponse): Entry {
  const read = readClientCredential(request.rawHeaders, form);
  if (typeof read === 'string') throw new ApiError(read);
  const { credential, clientId } = read;
  return { credential, request, response, clientId };
}

/** @throws ApiError for none, or more than one */
export function credentialOf(request: IncomingMessage): PresentedCredential {
  const credential = readCredential(request.rawHeaders);
  if (typeof credential === 'string') throw refusalOf(credential, request);
  return credential;
}
