import { readId } from '../http/id.js';
import type { Visit } from './visit.js';

/** The id of the user that a page or a form is about; one that nobody has, if there is none. */
export function givenId(visit: Visit): string {
  return readId(visit.field('id')) ?? '';
}
