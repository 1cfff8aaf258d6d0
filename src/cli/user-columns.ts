import type { ManagedUserDto } from '../user/dto/managed-user.dto.js';
import type { Columns } from './print-list.js';

/** How commands print a user. */
export const COLUMNS: Columns<ManagedUserDto> = [
  { heading: 'USERNAME', cell: ({ Username }) => Username },
  { heading: 'EMAIL', cell: ({ Email }) => Email },
  { heading: 'KIND', cell: ({ Kind = 'person' }) => Kind },
  { heading: 'ROLES', cell: ({ Roles }) => Roles.join(',') },
  {
    heading: 'ENABLED',
    cell: ({ Enabled }) => (Enabled ? 'yes' : 'no'),
    style: (enabled) => (enabled === 'no' ? 'yellow' : undefined),
  },
  { heading: 'CREATED', cell: ({ Created }) => Created, kind: 'time' },
  { heading: 'ID', cell: ({ Id }) => Id, kind: 'id' },
];
