import { Authenticator } from '../support/authenticator.js';
import { authHeaderIn, boundsIn, claimsIn, UNBOUNDED } from './cast.js';
import type { Built } from './build.js';
import { principalOf } from './presenting.js';
import { type Credential, maskOf, type User, type World } from './world.js';

/** An answer as the model reads it. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON, if it is some. */
  readonly body: unknown;
}

type Body = Readonly<Record<string, unknown>>;
type Effect = (world: World, built: Built, body: Body, headers: Headers) => void;

const ofUser = (user: User | undefined) => (credential: Credential) => credential.owner === user;
const isJwt = ({ kind }: Credential): boolean => kind === 'jwt';

/** Whom a request of `/user/…` names: by `id`, `username` or `email`, also within `account`. */
export function targetOf(world: World, fields: Body): User | undefined {
  const { id, userId, username, email, account } = fields;
  return world.userNamed(id ?? userId ?? username ?? email ?? (account as { email?: unknown } | undefined)?.email);
}

/** The auth header that a request of `/authheader/…` names, among those of one user or, for an administrator, of all. */
const authHeaderOf = (world: World, fields: Body): Credential | undefined =>
  world.authHeaderNamed(fields.id ?? fields.text);

function addJwt(world: World, value: unknown): Credential | undefined {
  if (typeof value !== 'string') return undefined;
  const { sub, sid } = claimsIn(value);
  const owner = world.userOf(String(sub));
  if (owner === undefined) return undefined;
  return world.addCredential({ ...UNBOUNDED, kind: 'jwt', value, owner, id: String(sid) });
}

function endAuthHeaders(world: World, endedBy: string, user: User | undefined): void {
  world.end(endedBy, (one) => ofUser(user)(one) && !isJwt(one));
}

const login: Effect = (world, _, body, headers) => {
  addJwt(world, body.Token ?? headers.get('authorization')?.replace('Bearer ', ''));
};

const deletion: Effect = (world, { fields = {}, step }) => {
  const named = authHeaderOf(world, fields);
  if (named === undefined) return;
  const newest = world.credentials.findLast(({ kind, id }) => kind === 'auth-header' && id === named.id);
  const { text } = fields;
  const isOldToken = newest !== named && (text === named.value || text === maskOf(named.value));
  const endedBy = step.operation.path;
  if (isOldToken) world.end(endedBy, (one) => one === named);
  else world.end(endedBy, ({ kind, id }) => kind !== 'jwt' && id === named.id);
};

const ending: Effect = (world, { fields = {}, step }) => {
  const user = targetOf(world, fields);
  if (user === undefined) return;
  user.isEnabled = false;
  user.isDeleted ||= step.operation.path === '/user/delete';
  world.end(step.operation.path, ofUser(user));
};

const EFFECTS: Readonly<Record<string, Effect>> = {
  'POST /{locale}/api/v1/accounts/login': login,
  'POST /user/login': login,
  'POST /user/login/second-factor': (world, built, body, headers) => {
    login(world, built, body, headers);
    const user = world.userOf(String(claimsIn(String(body.Token)).sub));
    // The login may have begun with a change of the password.
    if (user !== undefined) user.password = undefined;
    world.forget((one) => ofUser(user)(one) && one.value !== body.Token);
  },
  'POST /user/renew': login,
  'POST /user/password': (world, { fields = {} }, body) => {
    const user = targetOf(world, fields);
    world.end('/user/password', (one) => isJwt(one) && ofUser(user)(one));
    if (fields.endAuthHeaders === true) endAuthHeaders(world, '/user/password', user);
    addJwt(world, body.Token);
    if (user === undefined) return;
    user.password = String(fields.newPassword);
    user.mustChange = false;
  },
  'POST /user/logout': (world, { fields = {}, presented: { credential } }) => {
    const isMeant =
      fields.everywhere === true
        ? (one: Credential) => isJwt(one) && one.owner === credential?.owner
        : (one: Credential) => isJwt(one) && one.id === credential?.id;
    world.end('/user/logout', isMeant);
  },
  'POST /user/sessions/end': (world, { fields = {} }) => {
    world.end('/user/sessions/end', (one) => isJwt(one) && one.id === fields.id);
  },
  'POST /authheader/add': (world, { fields = {}, presented }, body) => {
    const owner = targetOf(world, fields) ?? principalOf(presented);
    if (owner !== undefined) world.addCredential(authHeaderIn(body, owner));
  },
  'POST /authheader/rotate': (world, { fields = {} }, body) => {
    const { id } = body;
    const earlier = world.credentials.filter((one) => one.kind === 'auth-header' && one.id === id);
    const newest = earlier.at(-1);
    if (newest === undefined) return;
    const overlapMs = Number(fields.overlapSeconds ?? 0) * 1000;
    world.end('/authheader/rotate', (one) => earlier.includes(one) && (one !== newest || overlapMs === 0));
    if (overlapMs > 0) newest.expiresMs = Math.min(newest.expiresMs ?? Infinity, Date.now() + overlapMs);
    world.forget(({ kind, id: of }) => kind === 'machine' && of === id);
    world.addCredential(authHeaderIn(body, newest.owner));
  },
  'POST /authheader/update': (world, _, body) => {
    const changed = world.credentials.filter((one) => one.kind === 'auth-header' && one.id === body.id);
    for (const [place, one] of changed.entries()) {
      const { expiresMs, ...bounds } = boundsIn(body);
      Object.assign(one, bounds);
      // The token before a rotation ends no later than its overlap.
      if (place === changed.length - 1) one.expiresMs = expiresMs;
      else world.forget((other) => other === one);
    }
    world.forget(({ kind, id }) => kind === 'machine' && id === body.id);
  },
  'POST /authheader/delete': deletion,
  'POST /authheader/revoke': deletion,
  'POST /oauth/token': (world, { presented }, body) => {
    const owner = principalOf(presented);
    const value = String(body.access_token);
    if (owner === undefined) return;
    const made = world.addCredential({
      ...UNBOUNDED,
      kind: 'machine',
      value,
      owner,
      id: presented.credential?.id ?? '',
    });
    // The bounds of the auth header hold for it too, as they are at each moment.
    world.forget((one) => one === made);
  },
  'POST /oauth/revoke': (world, { fields = {}, presented }) => {
    const named = world.credentials.find(({ value }) => value === fields.token);
    const client = presented.credential;
    if (named === undefined || client === undefined) return;
    const mayEnd = named.owner === client.owner || client.owner.isAdmin;
    const mustEnd = named === client && named.kind !== 'machine';
    const isMeant = (one: Credential): boolean => one.id === named.id;
    if (mustEnd) world.end('/oauth/revoke', (one) => one === named);
    if (mayEnd) world.forget(isMeant);
  },
  'POST /user/add': (world, { fields = {}, context }, body) => {
    const { password, roles, kind } = fields;
    world.addUser({
      marker: context.marker,
      id: String(body.Id),
      username: String(body.Username),
      email: String(body.Email),
      password: 'passwordExpires' in fields ? undefined : ((password ?? body.InitialPassword) as string | undefined),
      isAdmin: Array.isArray(roles) && roles.includes('admin'),
      isService: kind === 'service',
      mustChange: password === undefined,
      isEnabled: true,
      isDeleted: false,
      app: undefined,
    });
  },
  'POST /user/update': (world, { fields = {} }, body) => {
    const user = world.userOf(String(body.Id));
    if (user === undefined) return;
    user.username = String(body.Username);
    user.email = String(body.Email);
    user.isAdmin = (body.Roles as string[]).includes('admin');
    // Whether it has expired by now depends on the clock.
    if ('passwordExpires' in fields) user.password = undefined;
  },
  'POST /user/disable': ending,
  'POST /user/delete': ending,
  'POST /user/enable': (world, { fields = {} }) => {
    const user = targetOf(world, fields);
    if (user !== undefined) user.isEnabled = true;
  },
  'POST /user/reset': (world, { fields = {} }, body) => {
    const user = targetOf(world, fields);
    world.end('/user/reset', (one) => isJwt(one) && ofUser(user)(one));
    if (fields.endAuthHeaders === true) endAuthHeaders(world, '/user/reset', user);
    if (user === undefined) return;
    user.password = body.InitialPassword as string;
    user.mustChange = true;
  },
  'POST /user/factors/totp': (world, { presented }, body) => {
    const owner = principalOf(presented);
    if (owner !== undefined) world.enrolments.push({ token: String(body.token), secret: String(body.secret), owner });
  },
  'POST /user/factors/totp/confirm': (world, { fields = {}, presented }, body) => {
    const owner = principalOf(presented);
    const enrolment = world.enrolments.find(({ token }) => token === fields.token);
    if (owner === undefined || enrolment === undefined) return;
    owner.app = new Authenticator(enrolment.secret);
    world.factors.push({ id: String(body.id), owner });
    world.register.owners.set(String(body.id), owner);
  },
};

/** Takes what an answer of 2xx has changed into the world. */
export function takeEffect(world: World, built: Built, { status, headers, body }: ReadAnswer): void {
  const { operation } = built.step;
  const step = (body as { secondFactor?: { token?: unknown } } | undefined)?.secondFactor?.token;
  const owner = targetOf(world, built.fields ?? {});
  if (typeof step === 'string' && owner !== undefined) world.challenges.push({ token: step, owner });
  if (status !== 200 || !built.isOfOperation) return;
  const fields = (typeof body === 'object' ? body : {}) as Body;
  EFFECTS[`${operation.method} ${operation.path}`]?.(world, built, fields, headers);
}
