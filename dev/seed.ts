import type { Actor } from '../src/auth/actor.js';
import type { Services } from '../src/cli/services.js';
import {
  AUTH_HEADERS,
  SeededUsers,
  PEOPLE,
  type Person,
  type SeededAuthHeader,
  SERVICE_ACCOUNTS,
} from './seeded-users.js';
import { planMonth } from './month.js';
import { DAY_MS, Timeline } from './timeline.js';

/** How long ago the first of the seeded users was added. */
const DAYS = 30;

/** The operator of the command line, as `OPERATOR` of src/authheader/delegation.ts. */
const OPERATOR = { credential: { kind: 'command-line' }, allowedIps: [], mayGrant: () => true } as const;

/** Fills the database of a first start: users, service accounts, auth headers, sessions, and a month of events. */
export async function seed(services: Services, password: string): Promise<void> {
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
  await timeline.run();
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
