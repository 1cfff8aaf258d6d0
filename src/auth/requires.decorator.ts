import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from './principal.js';

export const REQUIRED_PERMISSION = 'x-required-permission';

/** Asks the principal for a permission, and says so in the document; one that lacks it is answered 403. */
export function Requires(permission: Permission): MethodDecorator {
  return applyDecorators(SetMetadata(REQUIRED_PERMISSION, permission), ApiExtension(REQUIRED_PERMISSION, permission));
}
