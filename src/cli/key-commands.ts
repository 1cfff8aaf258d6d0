import type { Command } from 'commander';
import { formatTimestamp } from '../http/format-timestamp.js';
import type { SigningKeyRotation } from '../signing-keys/signing-key-rotation.js';
import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { type Columns, printList } from './print-list.js';
import { withServices } from './with-services.js';

/** A signing key without its key material. */
interface ShownKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  readonly created: string;
  /** The time from which it may sign. */
  readonly ready?: string;
  readonly retired?: string;
}

interface RotateOptions extends CommonOptions {
  readonly compromised?: boolean;
}

const COLUMNS: Columns<ShownKey> = {
  headings: ['KID', 'ALG', 'STATE', 'CREATED', 'READY', 'RETIRED'],
  cells: ({ kid, alg, state, created, ready = '', retired = '' }) => [kid, alg, state, created, ready, retired],
};

export function keyCommands(program: Command): void {
  const key = program.command('key').description('the keys that sign JWTs: list, rotate');

  command(key, 'list', 'Lists the signing keys, newest first.', 'list', 'list --json').action(list);

  command(
    key,
    'rotate',
    `Activates the next key for signing. The previous key stays valid until its last JWT has expired, so no request fails.
The next key is generated one minute after the first start and at each rotation, and published at once. For five minutes
after that it cannot be activated, because a service may still cache a key set without it.`,
    'rotate',
    'rotate --compromised',
  )
    .option('--compromised', 'delete every key at once: all users must log in again')
    .action(rotate);
}

async function list(options: CommonOptions): Promise<void> {
  await withServices(async ({ keys }) => {
    const shown = (await keys.list()).map((row) => show(row, keys));
    await printList(options, [shown], COLUMNS);
  });
}

async function rotate(options: RotateOptions): Promise<void> {
  await withServices(async ({ actor, keys }) => {
    const isCompromised = options.compromised === true;
    const active = isCompromised ? await keys.replaceAll(actor) : await keys.rotate(actor);
    const fate = isCompromised
      ? 'All other keys are deleted. Running servers refuse their JWTs within a second, services once they reload the key set.'
      : 'The previous key stays valid until its last JWT has expired.';
    print(options, show(active, keys), [`${active.id} signs from now on. ${fate}`]);
  });
}

function show(row: SigningKey, keys: SigningKeyRotation): ShownKey {
  const { id, algorithm, state, created, retired } = row;
  return {
    kid: id,
    alg: algorithm,
    state,
    created: formatTimestamp(created),
    ...(state === 'next' ? { ready: formatTimestamp(keys.readyAt(row)) } : {}),
    ...(retired === null ? {} : { retired: formatTimestamp(retired) }),
  };
}
