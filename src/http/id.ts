import { isUUID } from 'class-validator';

/** An id as the server writes it and compares it, in lower case; undefined for a text that is none. Of UUIDs, any version is one. */
export function readId(text: string): string | undefined {
  return isUUID(text, 'loose') ? text.toLowerCase() : undefined;
}
