import { ApiExtension } from '@nestjs/swagger';

/** The extension that passes a route's declaration to the document builder, which removes it from the document. */
export const EXAMPLE_FIELDS_EXTENSION = 'x-example-fields';

/** The body fields in the operation's example and samples, for bodies whose fields make little sense all at once. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the compiler checks the names with it
export function ExampleFields<Body>(...fields: (keyof Body & string)[]): MethodDecorator {
  return ApiExtension(EXAMPLE_FIELDS_EXTENSION, fields);
}
