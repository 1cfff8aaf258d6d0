import type { Command } from 'commander';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { withServices } from './with-services.js';

export function secretCommands(program: Command): void {
  const secret = program.command('secret').description('the secret that seals auth headers and signing keys: rotate');

  command(
    secret,
    'rotate',
    `Seals every auth header and signing key anew. No credential changes, and no request fails.

Kept in data/secret-key: makes a new secret, which running servers pick up by themselves, and removes the old one when
nothing is sealed with it any more.
Set by SECRET_KEY: restart the servers with the new secret in SECRET_KEY and the old one in SECRET_KEY_PREVIOUS, run this
with both, then drop SECRET_KEY_PREVIOUS. Where several servers restart one by one, first give each of them the new one
as SECRET_KEY_PREVIOUS: it opens as well.
It can be run again after an interruption. A backup made before opens with the old secret only.`,
    'rotate',
    'rotate --json',
  ).action(rotate);
}

async function rotate(options: CommonOptions): Promise<void> {
  await withServices(async (services) => {
    const { rotateSecret } = await import('./rotate-secret.js');
    const resealed = await rotateSecret(services);
    const { authHeaders, signingKeys } = resealed;
    print(options, { resealed }, [
      `Sealed anew: ${authHeaders} auth headers, ${signingKeys} signing keys. The old secret opens nothing any more.`,
    ]);
  });
}
