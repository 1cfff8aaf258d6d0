import type { Command } from 'commander';
import type { Audited } from '../audit/audited-transaction.js';
import { command, type CommonOptions } from './options.js';
import { print } from './output.js';
import { withServices } from './with-services.js';

export function revocationCommands(program: Command): void {
  command(
    program,
    'revoke-everything',
    `Makes every server forget the credentials that it remembers, and read them from the database again, within a second.
Run it after a change that was made by hand, with a statement or a restored file: servers do not hear of it by themselves
for up to a minute. It ends no session and no auth header.`,
    'revoke-everything',
  ).action(revokeEverything);
}

async function revokeEverything(options: CommonOptions): Promise<void> {
  await withServices(async ({ transaction, actor }) => {
    await transaction.commit(actor, () =>
      Promise.resolve({
        result: undefined,
        entry: { action: 'everything.revoke', revokes: { kind: 'everything' } },
      } satisfies Audited<unknown>),
    );
    print(options, { revoked: 'everything' }, ['Every server reads every credential from the database again.']);
  });
}
