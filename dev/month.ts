import type { Actor } from '../src/auth/actor.js';
import type { Services } from '../src/cli/services.js';
import type { NewSession } from '../src/session/session.service.js';
import type { SeededUsers } from './seeded-users.js';
import { dayAgo, type Timeline } from './timeline.js';

const PLACES = [
  { ip: '192.0.2.17', network: '192.0.2.17', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' },
  { ip: '198.51.100.4', network: '198.51.100.4', userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Safari/604.1' },
  { ip: '2001:db8:7::42', network: '2001:db8:7:0::/64', userAgent: 'curl/8.14.1' },
] as const;
const STRANGER = { ip: '203.0.113.99', network: '203.0.113.99', userAgent: 'python-requests/2.32' };
const WEEKEND = [0, 6];
const HAPPENS_AT_NIGHT = 2;

/** What the users did on the days up to today. It is the same each time, so that pictures can be compared. */
export function planMonth(timeline: Timeline, services: Services, seeded: SeededUsers, days: number): void {
  const names = ['admin', 'alice', 'bob', 'chen'];
  for (let daysAgo = days - 1; daysAgo >= 0; daysAgo -= 1) {
    const isWeekend = WEEKEND.includes(new Date(dayAgo(daysAgo)).getUTCDay());
    for (const [index, name] of names.entries())
      if (!isWeekend || index === daysAgo % names.length) planDay(timeline, services, seeded, { name, index, daysAgo });
    if (daysAgo % 11 === 5) planGuesses(timeline, services, seeded, daysAgo);
  }
}

/** A user's day: a login, sometimes at the second attempt, renewals, and often a logout. */
function planDay(
  timeline: Timeline,
  { audit, sessions, sessionEnding, dataSource }: Services,
  seeded: SeededUsers,
  { name, index, daysAgo }: { readonly name: string; readonly index: number; readonly daysAgo: number },
): void {
  const place = PLACES[(index + daysAgo) % PLACES.length] ?? PLACES[0];
  const hour = 8 + index * 0.7 + (daysAgo % 5) * 0.13;
  const unproved = (): Actor => ({
    ...place,
    userId: seeded.get(name).id,
    username: name,
    credential: 'password',
    credentialId: null,
  });
  let session: NewSession | undefined;
  const proved = (): Actor => ({ ...unproved(), credential: 'jwt', credentialId: session?.id ?? null });
  if ((index + daysAgo) % 6 === 0)
    timeline.add(daysAgo, hour - 0.02, () =>
      audit.record(unproved(), { action: 'login', outcome: 'refused', detail: 'incorrect credentials' }),
    );
  timeline.add(daysAgo, hour, async () => {
    session = sessions.begin(seeded.get(name), place, ['pwd']);
    await sessions.store(session, dataSource.manager);
    await audit.record(unproved(), { action: 'login', target: session.id });
  });
  for (let renewals = 1; renewals <= (index + daysAgo) % 3; renewals += 1)
    timeline.add(daysAgo, hour + 0.9 * renewals, () =>
      audit.record(proved(), { action: 'session.renew', target: session?.id ?? null }),
    );
  if ((index * 7 + daysAgo) % 4 !== 3)
    timeline.add(daysAgo, hour + 4, () => sessionEnding.end(seeded.get(name).id, session?.id ?? '', proved()));
}

/** A night on which a stranger guesses a password. */
function planGuesses(timeline: Timeline, { audit }: Services, seeded: SeededUsers, daysAgo: number): void {
  const stranger = (): Actor => ({
    ...STRANGER,
    userId: seeded.get('bob').id,
    username: 'bob',
    credential: 'password',
    credentialId: null,
  });
  for (let guess = 0; guess < 5; guess += 1)
    timeline.add(daysAgo, HAPPENS_AT_NIGHT + guess * 0.01, () =>
      audit.record(stranger(), { action: 'login', outcome: 'refused', detail: 'incorrect credentials' }),
    );
  timeline.add(daysAgo, HAPPENS_AT_NIGHT + 0.05, () =>
    audit.record(stranger(), {
      action: 'login',
      outcome: 'throttled',
      detail: 'the account has no attempts left from this network',
    }),
  );
}
