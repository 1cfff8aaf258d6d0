import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { SigningKeyDto } from './dto/signing-key.dto.js';
import { readyAt } from './key-schedule.js';

/** A signing key as administrators see it, over HTTP and on the command line. */
export function toSigningKeyDto(key: SigningKey): SigningKeyDto {
  const { id, algorithm, state, created, activated, retired } = key;
  return {
    kid: id,
    alg: algorithm,
    state,
    created: formatTimestamp(created),
    ...(state === 'next' ? { ready: formatTimestamp(readyAt(key)) } : {}),
    ...(activated === null ? {} : { activated: formatTimestamp(activated) }),
    ...(retired === null ? {} : { retired: formatTimestamp(retired) }),
  };
}
