import type { OperationObject } from '@nestjs/swagger';
import type { Permission } from '../auth/principal.js';

/** Which credentials open a guarded route and, by name, what right each must carry (OpenAPI 3.1, security requirement). */
export function requiredCredentials(permission: Permission | undefined): NonNullable<OperationObject['security']> {
  switch (permission) {
    case undefined:
      return [{ jwt: [] }, { authHeader: [] }];
    // No auth header belongs to a session.
    case 'session':
      return [{ jwt: [] }];
    // Whoever logs in may manage their own.
    case 'authheader:manage':
      return [{ jwt: [] }, { authHeader: [permission] }];
    case 'admin':
      return [{ jwt: [permission] }, { authHeader: [permission] }];
  }
}
