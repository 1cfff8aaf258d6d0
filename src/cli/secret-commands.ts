import type { Command } from 'commander';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { withServices } from './with-services.js';

export function secretCommands(program: Command): void {
  const secret = program.command('secret').description('the secret that seals auth headers and signing keys: rotate');

  command(
    secret,
    'rotate',
    `Reseals every auth header and signing key with a new secret. No credential changes, and no request fails.

With data/secret-key: generates a new secret, which running servers load by themselves, and deletes the old one when
no value is sealed with it any more.
With SECRET_KEY: restart the servers with the new secret in SECRET_KEY and the old one in SECRET_KEY_PREVIOUS, run this
command with both, then remove SECRET_KEY_PREVIOUS. Before you run it, every server must have both.
The command can be repeated after an interruption. An earlier backup needs the old secret, and one that is made meanwhile
needs both. If rows open with neither secret, the command names them and keeps both secrets.`,
    'rotate',
    'rotate --json',
  ).action(rotate);
}

async function rotate(options: CommonOptions): Promise<void> {
  await withServices(async (services) => {
    const { rotateSecret } = await import('./rotate-secret.js');
    const { resealed, unusedFiles } = await rotateSecret(services);
    const { authHeaders, secondFactors, signingKeys } = resealed;
    print(options, { resealed, unusedFiles }, [
      `Resealed: ${authHeaders} auth headers, ${secondFactors} second factors, ${signingKeys} signing keys. The old secret opens nothing any more.`,
      ...unusedFiles.map((file) => `${file} is not used; delete it, or keep it elsewhere if a backup needs it.`),
    ]);
  });
}
