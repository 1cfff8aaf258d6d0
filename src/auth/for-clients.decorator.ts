import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiConsumes, ApiExtension } from '@nestjs/swagger';
import { FORM_TYPE } from '../http/form-body.js';
import { Policy, type RoutePolicy } from '../http/route-policy.js';

export const IS_FOR_CLIENTS = 'x-for-clients';

/** The policy of a route that OAuth clients call. */
export const FOR_CLIENTS: RoutePolicy = { negotiates: true, takesForm: true };

/** What a client may authenticate with: any credential, or auth headers only, where the handler refuses every JWT. */
export type ClientCredentials = 'any' | 'auth-headers';

/**
 * Marks a route that OAuth clients call with a form, for the guard, the body parsers and the document's builder.
 * @param credentials for the document.
 */
export function ForClients(credentials: ClientCredentials = 'any'): MethodDecorator {
  return applyDecorators(
    SetMetadata(IS_FOR_CLIENTS, true),
    Policy(FOR_CLIENTS),
    ApiExtension(IS_FOR_CLIENTS, credentials),
    ApiConsumes(FORM_TYPE),
  );
}
