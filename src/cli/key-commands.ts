import type { Command } from 'commander';
import type { SigningKeyDto } from '../signing-keys/dto/signing-key.dto.js';
import { toSigningKeyDto } from '../signing-keys/signing-key-responses.js';
import { readId } from '../http/id.js';
import { CommandError } from './command-error.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, tabular } from './options.js';
import { print } from './output.js';
import { type Columns, printList } from './print-list.js';
import { wholeId } from './short-id.js';
import { withServices } from './with-services.js';

interface RotateOptions extends CommonOptions {
  readonly compromised?: boolean;
}

const COLUMNS: Columns<SigningKeyDto> = [
  { heading: 'KID', cell: ({ kid }) => kid, kind: 'id' },
  { heading: 'ALG', cell: ({ alg }) => alg },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'CREATED', cell: ({ created }) => created, kind: 'time' },
  { heading: 'READY', cell: ({ ready }) => ready, kind: 'time' },
  { heading: 'ACTIVATED', cell: ({ activated }) => activated, kind: 'time' },
  { heading: 'RETIRED', cell: ({ retired }) => retired, kind: 'time' },
];

export function keyCommands(program: Command): void {
  const key = program.command('key').description('the keys that sign JWTs: list, rotate, revoke');

  tabular(command(key, 'list', 'Lists the signing keys, newest first.', 'list', 'list --json')).action(list);

  confirming(
    command(
      key,
      'rotate',
      `Activates the next key for signing. The previous key stays valid until its last JWT has expired, so no request fails.
The next key is generated one minute after the first start and at each rotation, and published at once. For five minutes
after that it cannot be activated, because a service may still cache a key set without it.`,
      'rotate',
      'rotate --compromised',
    ),
  )
    .option('--compromised', 'delete every key at once: all users must log in again')
    .action(rotate);

  confirming(
    command(
      key,
      'revoke <kid>',
      `Deletes one key that somebody else may know. The JWTs that it signed are refused, and all others stay valid. If it is the
active key, the next key signs from now on.`,
      'revoke 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
    ),
  ).action(revoke);
}

async function list(options: CommonOptions): Promise<void> {
  await withServices(async ({ keys }) => {
    const shown = (await keys.list()).map(toSigningKeyDto);
    await printList(options, [shown], COLUMNS);
  });
}

async function rotate(options: RotateOptions): Promise<void> {
  await withServices(async ({ actor, keys, keyRevocation }) => {
    const isCompromised = options.compromised === true;
    if (isCompromised) await confirm(options, () => 'Every signing key will be deleted: all users must log in again.');
    const active = isCompromised ? await keyRevocation.replaceAll(actor) : await keys.rotate(actor);
    const fate = isCompromised
      ? 'All other keys are deleted. Running servers refuse their JWTs within a second, services once they reload the key set.'
      : 'The previous key stays valid until its last JWT has expired.';
    print(options, toSigningKeyDto(active), [`${active.id} signs from now on. ${fate}`]);
  });
}

async function revoke(text: string, options: CommonOptions): Promise<void> {
  await withServices(async ({ actor, keys, keyRevocation }) => {
    const known = (await keys.list()).map(({ id }) => id);
    const kid = readId(wholeId(text, known));
    if (kid === undefined) throw new CommandError(`There is no signing key ${text}`);
    await confirm(options, () => `The signing key ${kid} will be deleted, and the JWTs that it signed refused.`);
    const active = await keyRevocation.revoke(kid, actor);
    const fate =
      'Running servers refuse the JWTs of the revoked key within a second, services once they reload the key set.';
    print(options, toSigningKeyDto(active), [`${kid} is deleted. ${active.id} signs from now on. ${fate}`]);
  });
}
