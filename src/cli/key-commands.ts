import type { Command } from 'commander';
import { utcSeconds } from '../http/utc-seconds.js';
import type { SigningKeyRotation } from '../signing-keys/signing-key-rotation.js';
import type { SigningKey } from '../database/entities/signing-key.entity.js';
import { command, type CommonOptions } from './options.js';
import { print, table } from './output.js';
import { withServices } from './with-services.js';

/** A signing key without the key. */
interface ShownKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  readonly created: string;
  /** From when it may sign. */
  readonly ready?: string;
  readonly retired?: string;
}

interface RotateOptions extends CommonOptions {
  readonly compromised?: boolean;
}

export function keyCommands(program: Command): void {
  const key = program.command('key').description('the keys that sign JWTs: list, rotate');

  command(key, 'list', 'Lists the signing keys, newest first.', 'list', 'list --json').action(list);

  command(
    key,
    'rotate',
    `Has the next key sign from now on. The one before stays good until its last JWT has expired, so no request fails.
The next key is made a minute after the first start and at each rotation, and is published from then on; within five
minutes of that it is refused to sign, since a service may hold a key set without it.`,
    'rotate',
    'rotate --compromised',
  )
    .option('--compromised', 'delete every key at once: whoever is logged in must log in again')
    .action(rotate);
}

async function list(options: CommonOptions): Promise<void> {
  await withServices(async ({ keys }) => {
    const shown = (await keys.list()).map((row) => show(row, keys));
    const lines = table(
      ['KID', 'ALG', 'STATE', 'CREATED', 'READY', 'RETIRED'],
      shown.map(({ kid, alg, state, created, ready = '', retired = '' }) => [kid, alg, state, created, ready, retired]),
    );
    print(options, shown, lines);
  });
}

async function rotate(options: RotateOptions): Promise<void> {
  await withServices(async ({ actor, keys }) => {
    const isCompromised = options.compromised === true;
    const active = isCompromised ? await keys.replaceAll(actor) : await keys.rotate(actor);
    const fate = isCompromised
      ? 'Every other key is deleted: their JWTs are refused within a second, by services when their key set is renewed.'
      : 'The one before stays good until its last JWT has expired.';
    print(options, show(active, keys), [`${active.id} signs from now on. ${fate}`]);
  });
}

function show(row: SigningKey, keys: SigningKeyRotation): ShownKey {
  const { id, algorithm, state, created, retired } = row;
  return {
    kid: id,
    alg: algorithm,
    state,
    created: utcSeconds(created),
    ...(state === 'next' ? { ready: utcSeconds(keys.readyAt(row)) } : {}),
    ...(retired === null ? {} : { retired: utcSeconds(retired) }),
  };
}
