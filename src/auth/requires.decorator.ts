import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from './principal.js';

export const REQUIRED_PERMISSION = 'x-required-permission';

/** Requires a permission of the principal, and documents it. A principal without it gets 403. */
export function Requires(permission: Permission): MethodDecorator {
  return applyDecorators(SetMetadata(REQUIRED_PERMISSION, permission), ApiExtension(REQUIRED_PERMISSION, permission));
}
