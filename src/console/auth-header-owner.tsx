import type { VNode } from 'preact';
import type { OwnerDto } from '../authheader/dto/owner.dto.js';
import type { Visit } from './visit.js';

/** The owner that an administrator names in the address or the form; none for the visitor's own auth headers. */
export function ownerIn(visit: Visit): OwnerDto {
  const userId = visit.field('userId');
  return userId === '' ? {} : { userId };
}

/** Keeps the owner in a form. */
export function OwnerField({ visit }: { visit: Visit }): VNode | null {
  const { userId } = ownerIn(visit);
  return userId === undefined ? null : <input type="hidden" name="userId" value={userId} />;
}

/** The page that lists the auth headers of the owner. @param parameters of its query */
export function listOf(visit: Visit, parameters: Readonly<Record<string, string>> = {}): string {
  const { userId } = ownerIn(visit);
  const query = new URLSearchParams({ ...(userId === undefined ? {} : { id: userId }), ...parameters }).toString();
  return `${userId === undefined ? '/authheaders' : '/users/show'}${query === '' ? '' : `?${query}`}`;
}
