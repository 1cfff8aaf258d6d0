import { ApiExtension } from '@nestjs/swagger';

/** Where a route's declaration waits for the document's builder; it is not part of the document itself. */
export const EXAMPLE_FIELDS_EXTENSION = 'x-example-fields';

/** Which fields of the body the operation's example and samples send, where all of them at once would make little sense. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it has the compiler check the names
export function ExampleFields<Body>(...fields: (keyof Body & string)[]): MethodDecorator {
  return ApiExtension(EXAMPLE_FIELDS_EXTENSION, fields);
}
