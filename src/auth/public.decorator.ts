import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const IS_PUBLIC = 'x-public';

/** Opens a route to requests without a credential, and says so in the document. All others are closed. */
export function Public(): MethodDecorator {
  return applyDecorators(SetMetadata(IS_PUBLIC, true), ApiExtension(IS_PUBLIC, true));
}
