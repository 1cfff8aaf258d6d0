import type { Factor } from '../database/entities/factor.entity.js';
import type { AddedFactor } from '../factor/second-factors.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { AddedFactorDto, FactorDto } from './dto/factor.dto.js';

/** A factor, in the words of the API. */
export function toFactorDto({
  id,
  kind,
  name,
  created,
  lastUsed = null,
  backedUp = null,
}: Pick<Factor, 'id' | 'kind' | 'name' | 'created'> & Partial<Pick<Factor, 'lastUsed' | 'backedUp'>>): FactorDto {
  return {
    id,
    kind,
    name,
    created: formatTimestamp(created),
    ...(lastUsed === null ? {} : { lastUsed: formatTimestamp(lastUsed) }),
    ...(backedUp === null ? {} : { synchronised: backedUp === 1 }),
  };
}

export function toAddedFactorDto({ factor, recoveryCodes }: AddedFactor): AddedFactorDto {
  return { ...toFactorDto(factor), ...(recoveryCodes === undefined ? {} : { recoveryCodes: [...recoveryCodes] }) };
}
