import { randomUUID } from 'node:crypto';
import { Authenticator } from '../support/authenticator.js';
import type { Cast } from './cast.js';
import { RawJson, Reference, type Template } from './values.js';
import { type Credential, maskOf, type User, type World } from './world.js';

/** What the references of one request have in common. */
export interface Context {
  /** Who makes the request; undefined for nobody. */
  readonly principal: User | undefined;
  /** The user that it names, whose password and code it then gives. */
  named: User | undefined;
  /** The auth header that it names as its OAuth client. */
  client: Credential | undefined;
  /** The app that it enrols. */
  enrolment: Authenticator | undefined;
  /** What stands in new names: of whoever makes the request, or of the user that it adds. */
  readonly marker: string;
  /** Whether it adds a user. */
  readonly adds: boolean;
}

const HOUR_MS = 3_600_000;
const NETWORKS = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '0.0.0.0/0', '::/0', '::ffff:10.0.0.0/104'];
/** Those first that name who else is asked for. */
const FIRST = ['username', 'email', 'account', 'client_id', 'id', 'token'];
/** When a field is resolved: the user whom the others are about is the first. */
function rankOf([name, template]: [string, Template]): number {
  if (template instanceof Reference && template.meaning === 'user-key') return 0;
  return FIRST.includes(name) ? 1 : 2;
}

/** How the last digit of a pick chooses: mostly what fits, sometimes what is another's, dead or unknown. */
const FITTING = 6;
const OTHERS = [6, 7];
const DEAD = 8;
const UNKNOWN = 9;

/** An administrator gives names to others. */
const markerOf = ({ named, marker, adds }: Context): string => (adds ? marker : (named?.marker ?? marker));

/** Turns references into what they stand for at this moment. */
export class Resolver {
  constructor(
    private readonly world: World,
    private readonly cast: Cast,
  ) {}

  async record(templates: Readonly<Record<string, Template>>, context: Context): Promise<Record<string, unknown>> {
    const resolved: Record<string, unknown> = Object.fromEntries(
      Object.keys(templates).map((name) => [name, undefined]),
    );
    const entries = Object.entries(templates).sort((one, other) => rankOf(one) - rankOf(other));
    for (const [name, template] of entries) resolved[name] = await this.value(template, context);
    return resolved;
  }

  async value(template: Template, context: Context): Promise<unknown> {
    if (template instanceof Reference) return this.reference(template, context);
    if (template instanceof RawJson || typeof template !== 'object' || template === null) return template;
    if (!Array.isArray(template)) return this.record(template, context);
    const items: unknown[] = [];
    for (const item of template) items.push(await this.value(item, context));
    return items;
  }

  private async reference({ meaning, pick }: Reference, context: Context): Promise<unknown> {
    const digit = pick % 10;
    const index = Math.floor(pick / 10);
    switch (meaning) {
      case 'username':
        return (await this.named(pick, context))?.username ?? `nobody-${context.marker}`;
      case 'email':
        return (await this.named(pick, context))?.email ?? `nobody-${context.marker}@example.com`;
      case 'user-key': {
        const user = await this.named(pick, context);
        return (index % 2 === 0 ? user?.id : user?.username) ?? randomUUID();
      }
      case 'password':
        return (digit < FITTING ? (context.named ?? context.principal)?.password : undefined) ?? `wrong ${index}`;
      case 'new-password':
        return digit === UNKNOWN ? 'password' : `Pw ${context.marker} no. ${index}`;
      case 'otp':
        return (context.enrolment ?? (context.named ?? context.principal)?.app)?.code((index % 3) - 1) ?? '000000';
      case 'session':
        return this.credential(digit, index, context, ({ kind }) => kind === 'jwt')?.id ?? randomUUID();
      case 'auth-header-id':
        return this.credential(digit, index, context, ({ kind }) => kind === 'auth-header')?.id ?? randomUUID();
      case 'auth-header':
        return this.authHeaderText(digit, index, context);
      case 'credential':
        return this.credential(digit, index, context, () => true)?.value ?? `ep_${'a'.repeat(36)}`;
      case 'factor': {
        const own = this.world.factors.filter(({ owner }) => (owner === context.principal) !== OTHERS.includes(digit));
        return own[index % Math.max(own.length, 1)]?.id ?? randomUUID();
      }
      case 'challenge': {
        const found = digit < FITTING ? this.world.challenges : this.world.enrolments;
        const challenge = digit === UNKNOWN ? undefined : found.at(-1 - (index % Math.max(found.length, 1)));
        context.named = challenge?.owner;
        return challenge?.token ?? 'a'.repeat(43);
      }
      case 'enrolment': {
        const isOwn = digit < FITTING;
        const enrolment = this.world.enrolments.findLast(({ owner }) => (owner === context.principal) === isOwn);
        if (enrolment !== undefined) context.enrolment = new Authenticator(enrolment.secret);
        return enrolment?.token ?? 'b'.repeat(43);
      }
      case 'client-id':
        context.client ??= this.credential(digit, index, context, ({ kind }) => kind === 'auth-header');
        return context.client?.id ?? randomUUID();
      case 'client-secret':
        return digit < FITTING && context.client !== undefined ? context.client.value : `ep_${'b'.repeat(36)}`;
      case 'new-username':
        return digit < DEAD
          ? `u${index}-${markerOf(context)}`
          : ((await this.named(pick, context))?.username ?? 'admin');
      case 'new-email':
        return digit < DEAD
          ? `m${index}-${markerOf(context)}@example.com`
          : ((await this.named(pick, context))?.email ?? 'x');
      case 'new-name':
        return `n${index} ${markerOf(context)}`;
      case 'network':
        return NETWORKS[index % NETWORKS.length];
      case 'compromised':
        // It would end the logins of all sequences that run at once. Who may not do it must not be able to.
        return context.principal?.isAdmin === true ? false : digit < DEAD;
      case 'moment':
        return new Date(
          Date.now() + (digit < DEAD ? HOUR_MS * (pick + 1) : digit === DEAD ? 3000 : -HOUR_MS),
        ).toISOString();
      case 'cursor':
        return this.credential(digit, index, context, () => digit < DEAD)?.id ?? randomUUID();
    }
  }

  /** The user that a request names, by any of its fields. */
  private async named(pick: number, context: Context): Promise<User | undefined> {
    const digit = pick % 10;
    if (context.named !== undefined || digit === UNKNOWN) return context.named;
    if (digit === DEAD) return (context.named = this.world.users.find(({ isDeleted }) => isDeleted));
    const isOwn = context.principal !== undefined && digit < 2;
    return (context.named = isOwn ? context.principal : await this.cast.user(Math.floor(pick / 10) % 4));
  }

  private credential(
    digit: number,
    index: number,
    { principal, named }: Context,
    isMeant: (credential: Credential) => boolean,
  ): Credential | undefined {
    if (digit === UNKNOWN) return undefined;
    const owner = named ?? principal;
    const found = this.world.credentials.filter(
      (one) =>
        isMeant(one) && (one.owner === owner) !== OTHERS.includes(digit) && (one.state === 'dead') === (digit === DEAD),
    );
    return found[index % Math.max(found.length, 1)];
  }

  private authHeaderText(digit: number, index: number, context: Context): string {
    const found = this.credential(digit, Math.floor(index / 3), context, ({ kind }) => kind === 'auth-header');
    if (found === undefined) return `ep_${'c'.repeat(36)}`;
    return [found.value, found.id, maskOf(found.value)][index % 3] ?? found.value;
  }
}
