import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const IS_PUBLIC = 'x-public';

/** Opens a route to requests without a credential, and documents it. Every other route requires one. */
export function Public(): MethodDecorator {
  return applyDecorators(SetMetadata(IS_PUBLIC, true), ApiExtension(IS_PUBLIC, true));
}
