import type { Command } from 'commander';
import { toManagedAuthHeaderDto } from '../authheader/auth-header-responses.js';
import type { Delegation } from '../authheader/delegation.js';
import type { ShowToken } from '../authheader/new-auth-header.js';
import type { User } from '../database/entities/user.entity.js';
import { AUTH_HEADER, type BoundsOptions, COLUMNS, rateLimitIn, withBounds } from './auth-header-options.js';
import { confirm } from './confirm.js';
import { command, type CommonOptions, confirming, readCount, tabular } from './options.js';
import { printOnce } from './output.js';
import { table } from './print-list.js';
import { withServices } from './with-services.js';

interface RotateOptions extends CommonOptions {
  readonly overlapSeconds?: number;
}

const SERVICE_ACCOUNT = 'the username or id of a service account';

/** The commands that print a token. */
export function tokenCommands(authHeader: Command): void {
  withBounds(
    tabular(
      command(
        authHeader,
        'add',
        'Makes an auth header for a service account, and prints its token, which is never shown again.',
        'add nightly-backup production-api-key --scope orders:read --expires 2030-01-15T10:30:42Z',
      ),
    )
      .argument('<user>', SERVICE_ACCOUNT)
      .argument('<name>', 'the name of the auth header'),
  ).action(add);

  confirming(
    tabular(
      command(
        authHeader,
        'rotate',
        'Gives an auth header of a service account a new token, and prints it. It is never shown again.',
        'rotate nightly-backup ep_Ab12…9xYz --overlap-seconds 3600',
      ),
    ),
  )
    .argument('<user>', SERVICE_ACCOUNT)
    .argument('<authheader>', AUTH_HEADER)
    .option(
      '--overlap-seconds <seconds>',
      'how long the old token stays valid; it is refused at once without it',
      readCount,
    )
    .action(rotate);
}

async function add(user: string, name: string, options: BoundsOptions): Promise<void> {
  const { expires, scope: scopes, allowedIp: allowedIps } = options;
  const rateLimit = rateLimitIn(options);
  await withServices(async ({ actor, authHeaders, findUser }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { AddAuthHeaderDto } = await import('../authheader/dto/add-auth-header.dto.js');
    const { authHeaderIn } = await import('../authheader/new-auth-header.js');
    const fields = { name, expires, scopes, allowedIps, rateLimit };
    const wanted = authHeaderIn(await validateOptions(AddAuthHeaderDto, fields));
    const owner = await findUser(user);
    await authHeaders.add(await delegationTo(owner), wanted, actor, showToken(options, owner));
  });
}

async function rotate(user: string, text: string, options: RotateOptions): Promise<void> {
  await withServices(async ({ actor, authHeaders, findUser }) => {
    const { validateOptions } = await import('./validate-options.js');
    const { RotateAuthHeaderDto } = await import('../authheader/dto/rotate-auth-header.dto.js');
    const wanted = { text, overlapSeconds: options.overlapSeconds };
    const { overlapSeconds = 0 } = await validateOptions(RotateAuthHeaderDto, wanted);
    const owner = await findUser(user);
    if (overlapSeconds === 0)
      await confirm(options, () => `The old token will be refused at once: ${owner.username} has to have the new one.`);
    await authHeaders.rotate(await delegationTo(owner), text, overlapSeconds, actor, showToken(options, owner));
  });
}

async function delegationTo(owner: User): Promise<Delegation> {
  const { OPERATOR } = await import('../authheader/delegation.js');
  return { asker: OPERATOR, owner, ownerField: 'user' };
}

/** A token that is shown once must have been shown before anything depends on it. */
function showToken(options: CommonOptions, user: User): ShowToken {
  return ({ authHeader, token }) => {
    const described = toManagedAuthHeaderDto({ ...authHeader, userId: user.id, user });
    const lines = [...table(COLUMNS, [described], options), '', `Token, shown only once: ${token}`];
    return printOnce('token', options, { ...described, token }, lines);
  };
}
