import type { OperationObject } from '@nestjs/swagger';
import type { Permission } from '../auth/principal.js';

/** The credentials that a guarded route accepts, and the scopes each must have (OpenAPI 3.1, security requirement). */
export function requiredCredentials(permission: Permission | undefined): NonNullable<OperationObject['security']> {
  switch (permission) {
    case undefined:
      return [{ jwt: [] }, { authHeader: [] }];
    // An auth header belongs to no session.
    case 'session':
      return [{ jwt: [] }];
    // A JWT may manage the auth headers of its user without a scope.
    case 'authheader:manage':
      return [{ jwt: [] }, { authHeader: [permission] }];
    case 'admin':
      return [{ jwt: [permission] }, { authHeader: [permission] }];
  }
}
