import { isUUID } from 'class-validator';

/** Converts an id to lower case, in which the server stores ids; undefined for a text that is no UUID of any version. */
export function readId(text: string): string | undefined {
  return isUUID(text, 'loose') ? text.toLowerCase() : undefined;
}
