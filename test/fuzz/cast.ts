import { isUsable, type Credential, type CredentialKind, type User, type World } from './world.js';

/** Asks the server for what a sequence needs before its next step. @throws Violation unless the answer is 200 */
export type Ask = (method: string, path: string, body: object, token?: string) => Promise<Answered>;

export interface Answered {
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export const USER_SLOTS = ['ann', 'ben', 'adm', 'bot'] as const;

/** The claims of a JWT, unchecked. */
export function claimsIn(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = jwt.split('.');
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What a user's credential is, and how it is made from one of a user's. */
interface Maker {
  readonly slot: number;
  readonly kind: CredentialKind;
  readonly fields?: (world: World) => object;
}

/** The credentials that every sequence can have. They are made when they are first presented, so that a short sequence stays short. */
const MAKERS: readonly Maker[] = [
  { slot: 0, kind: 'jwt' },
  { slot: 1, kind: 'jwt' },
  { slot: 2, kind: 'jwt' },
  { slot: 0, kind: 'auth-header' },
  { slot: 1, kind: 'auth-header', fields: () => ({ scopes: ['orders:read'] }) },
  { slot: 0, kind: 'auth-header', fields: () => ({ scopes: ['authheader:manage', 'orders:read'] }) },
  { slot: 2, kind: 'auth-header', fields: () => ({ scopes: ['admin', 'authheader:manage'] }) },
  { slot: 1, kind: 'auth-header', fields: ({ address }) => ({ allowedIps: [`${address}/32`] }) },
  { slot: 0, kind: 'auth-header', fields: () => ({ rateLimit: { limit: 3, windowSeconds: 600 } }) },
  { slot: 3, kind: 'auth-header', fields: () => ({ scopes: ['orders:read'] }) },
  { slot: 3, kind: 'machine' },
  { slot: 0, kind: 'jwt' },
];
export const MAKER_COUNT = MAKERS.length;

/** The users and credentials that steps present and name. */
export class Cast {
  private readonly slots: (User | undefined)[] = [];
  private readonly standard: (Credential | undefined)[] = [];

  constructor(
    private readonly world: World,
    private readonly ask: Ask,
  ) {}

  /** The user of a slot, who can log in with a password alone: another one once the former cannot. */
  async user(slot: number): Promise<User> {
    const user = this.slots[slot];
    const isFit = (one: User): boolean =>
      one.isEnabled && one.app === undefined && !one.mustChange && (one.isService || one.password !== undefined);
    if (user !== undefined && isFit(user) && user.isAdmin === (slot === 2)) return user;
    return (this.slots[slot] = await this.newUser(slot));
  }

  /** The users there are by now, and those who were deleted. */
  get known(): readonly User[] {
    return this.world.users;
  }

  /** One of the credentials that every sequence can have. */
  async credential(index: number, isRenewed: boolean): Promise<Credential> {
    const present = this.standard[index];
    if (present !== undefined && (!isRenewed || isUsable(present) !== false)) return present;
    const { slot, kind, fields } = MAKERS[index] ?? { slot: 0, kind: 'jwt' as const };
    const owner = await this.user(slot);
    const made =
      kind === 'jwt'
        ? await this.logIn(owner)
        : kind === 'machine'
          ? await this.machine(owner)
          : await this.authHeader(owner, fields?.(this.world) ?? {});
    return (this.standard[index] = made);
  }

  private async newUser(slot: number): Promise<User> {
    const marker = this.world.register.newMarker();
    const isService = slot === 3;
    const name = `${USER_SLOTS[slot] ?? 'user'}-${marker}`;
    const password = `Pw ${marker} of it`;
    const { body } = await this.ask(
      'POST',
      '/user/add',
      {
        username: name,
        ...(isService ? { kind: 'service' } : { email: `${name}@example.com`, password, lastname: marker }),
        roles: slot === 2 ? ['admin'] : [],
      },
      this.world.root,
    );
    return this.world.addUser({
      marker,
      id: String(body.Id),
      username: name,
      email: String(body.Email),
      password: isService ? undefined : password,
      isAdmin: slot === 2,
      isService,
      mustChange: false,
      isEnabled: true,
      isDeleted: false,
      app: undefined,
    });
  }

  private async logIn(owner: User): Promise<Credential> {
    const { username, password } = owner;
    const { body } = await this.ask('POST', '/user/login', { username, password });
    const value = String(body.Token);
    return this.world.addCredential({ ...UNBOUNDED, kind: 'jwt', value, owner, id: String(claimsIn(value).sid) });
  }

  private async authHeader(owner: User, fields: object): Promise<Credential> {
    const asked = { name: `key of ${owner.marker}`, ...fields };
    const { body } = owner.isService
      ? await this.ask('POST', '/authheader/add', { ...asked, userId: owner.id }, this.world.root)
      : await this.ask('POST', '/authheader/add', asked, (await this.session(owner)).value);
    return this.world.addCredential(authHeaderIn(body, owner));
  }

  /** A JWT of a user that is alive. */
  private async session(owner: User): Promise<Credential> {
    const isFit = (one: Credential): boolean => one.kind === 'jwt' && one.owner === owner && isUsable(one) === true;
    return this.world.credentials.find(isFit) ?? this.logIn(owner);
  }

  private async machine(owner: User): Promise<Credential> {
    const client = await this.authHeader(owner, {});
    const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: client.value };
    const { body } = await this.ask('POST', '/oauth/token', new URLSearchParams(form));
    return this.world.addCredential({
      ...UNBOUNDED,
      kind: 'machine',
      value: String(body.access_token),
      owner,
      id: client.id,
    });
  }
}

export const UNBOUNDED = { scopes: [], allowedIps: [], hasRateLimit: false, expiresMs: undefined } as const;

/** What an answer says of an auth header whose token it shows. */
export function authHeaderIn(
  body: Readonly<Record<string, unknown>>,
  owner: User,
): Omit<Credential, 'state' | 'endedBy'> {
  return {
    kind: 'auth-header',
    value: String(body.token),
    owner,
    id: String(body.id),
    ...boundsIn(body),
  };
}

/** What an answer says an auth header is limited to. */
export function boundsIn(
  body: Readonly<Record<string, unknown>>,
): Pick<Credential, 'scopes' | 'allowedIps' | 'hasRateLimit' | 'expiresMs'> {
  return {
    scopes: (body.scopes ?? []) as string[],
    allowedIps: (body.allowedIps ?? []) as string[],
    hasRateLimit: body.rateLimit !== undefined,
    expiresMs: typeof body.expires === 'string' ? Date.parse(body.expires) : undefined,
  };
}
