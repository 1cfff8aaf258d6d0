import type { Actor } from '../src/auth/actor.js';
import type { Services } from '../src/cli/services.js';
import {
  AUTH_HEADERS,
  SeededUsers,
  PEOPLE,
  type Person,
  type SeededAuthHeader,
  SERVICE_ACCOUNTS,
  WITH_FACTOR,
} from './seeded-users.js';
import type { AuthHeader } from '../src/database/entities/auth-header.entity.js';
import type { User } from '../src/database/entities/user.entity.js';
import type { TotpEnrolment } from '../src/factor/totp-method.js';
import { Authenticator } from '../test/support/authenticator.js';
import { planMonth } from './month.js';
import { DAY_MS, Timeline } from './timeline.js';

/** How long ago the first of the seeded users was added. */
const DAYS = 30;

/** The operator of the command line, as `OPERATOR` of src/authheader/delegation.ts. */
const OPERATOR = { credential: { kind: 'command-line' }, allowedIps: [], mayGrant: () => true } as const;

/**
 * Fills the database of a first start: users, service accounts, auth headers, factors, sessions, and a month of events.
 * @returns what a developer has to know of it
 */
export async function seed(services: Services, password: string): Promise<string[]> {
  const { users, actor } = services;
  const [timeline, seeded] = [new Timeline(), new SeededUsers()];
  timeline.add(DAYS, 8, async () => {
    await moveAdministrator(services);
    seeded.add(await services.findUser('admin'));
    for (const person of PEOPLE) seeded.add(await addPerson(services, person, password));
    for (const account of SERVICE_ACCOUNTS)
      seeded.add((await users.add({ ...account, kind: 'service' }, undefined, actor)).user);
  });
  for (const wanted of AUTH_HEADERS) planAuthHeader(timeline, services, seeded, wanted);
  planMonth(timeline, services, seeded, DAYS);
  for (const { username, isDisabled } of PEOPLE)
    if (isDisabled === true) timeline.add(4, 16.2, () => users.disable(seeded.get(username).id, actor));
  const notes: string[] = [];
  timeline.add(12, 10.4, async () => {
    notes.push(await addFactor(services, seeded.get(WITH_FACTOR)));
  });
  for (let daysAgo = DAYS; daysAgo >= 0; daysAgo -= 1) timeline.add(daysAgo, 6, () => addUses(services, daysAgo));
  await timeline.run();
  return notes;
}

async function addFactor({ factors, actor }: Services, user: User): Promise<string> {
  const { token, secret } = await factors.enrol<TotpEnrolment>(user, 'totp', 'phone');
  const by: Actor = { ...actor, userId: user.id, username: user.username, credential: 'jwt' };
  const { recoveryCodes = [] } = await factors.confirm(
    user,
    'totp',
    token,
    { otp: new Authenticator(secret).code() },
    by,
  );
  return `${user.username} has an app for codes with the secret ${secret}, and the recovery code ${recoveryCodes[0] ?? ''}`;
}

/** What `UseCounts` would have written on a day. */
async function addUses({ dataSource }: Services, daysAgo: number): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const headers = (await dataSource.getRepository('AuthHeader').find()) as AuthHeader[];
  const busy = AUTH_HEADERS.filter(({ lastUsedDaysAgo = Infinity }) => lastUsedDaysAgo <= daysAgo);
  const uses = busy.flatMap(({ name }, index) => {
    const id = headers.find((header) => header.name === name)?.id;
    const requests = 900 + index * 350 + ((daysAgo * 37) % 400);
    return id === undefined ? [] : [{ id: `${day} ${id}`, requests }];
  });
  const ofAuthHeaders = uses.reduce((sum, { requests }) => sum + requests, 0);
  const sums = [
    { id: `${day} jwt`, requests: 400 + ((daysAgo * 53) % 300) },
    ...(uses.length === 0 ? [] : [{ id: `${day} auth-header`, requests: ofAuthHeaders }]),
  ];
  await dataSource.getRepository('UseCount').insert([...uses, ...sums]);
}

/** The first start has added the administrator a moment ago, before all others of the seeded month. */
async function moveAdministrator({ dataSource }: Services): Promise<void> {
  const now = new Date();
  await dataSource.getRepository('User').update({ usernameKey: 'admin' }, { created: now, passwordChanged: now });
  await dataSource.createQueryBuilder().update('AuditEvent').set({ at: now }).execute();
}

async function addPerson({ users, actor }: Services, person: Person, password: string) {
  const { username, email, firstname, lastname, roles, isNew } = person;
  const profile = { username, email, firstname, lastname, ...(roles === undefined ? {} : { roles }) };
  const { user } = await users.add(profile, isNew === true ? undefined : password, actor);
  return user;
}

function planAuthHeader(
  timeline: Timeline,
  services: Services,
  seeded: SeededUsers,
  { owner, daysAgo, lastUsedDaysAgo, expiresInDays, ...wanted }: SeededAuthHeader,
): void {
  let id = '';
  timeline.add(daysAgo, 9.5, async () => {
    const user = seeded.get(owner);
    const isService = user.kind === 'service';
    // An administrator makes those of a service account, and a person their own.
    const actor: Actor = isService
      ? services.actor
      : { ...services.actor, userId: user.id, username: user.username, credential: 'jwt' };
    const delegation = { asker: OPERATOR, owner: user, ...(isService ? { ownerField: 'userId' } : {}) };
    const days = expiresInDays === undefined ? undefined : daysAgo + expiresInDays;
    const expires = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS);
    const { authHeader } = await services.authHeaders.add(delegation, { ...wanted, expires }, actor);
    id = authHeader.id;
  });
  if (lastUsedDaysAgo !== undefined)
    timeline.add(lastUsedDaysAgo, 0.3, () =>
      services.dataSource.getRepository('AuthHeader').update(id, { lastUsed: new Date() }),
    );
}
