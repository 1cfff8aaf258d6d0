import { cheapProgram } from '../../support/changed-program.js';
import { claimsOf, newAddress } from '../../support/client.js';
import { BEHIND_PROXY } from '../../support/server.js';
import { useServer } from '../../support/use-server.js';

/** A minute of a processor for ten thousand, also with a cheap hash. */
const LOGINS = process.env.SOAK === '1' ? 10_000 : 200;
const AT_ONCE = 8;
const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
/** Of the 32 hexadecimal digits of a UUID, one is its version and one is in part its variant. */
const FREE_DIGITS = [...Array(32).keys()].filter((place) => place !== 12 && place !== 16);

const { client } = useServer({
  env: BEHIND_PROXY,
  get main() {
    return cheapProgram();
  },
});

it(`No two JWTs of ${LOGINS} logins and their renewals have one jti or one session, and nobody can guess the next`, async () => {
  const jtis: string[] = [];
  const sessions: string[] = [];
  let left = LOGINS;
  const logInInTurn = async (): Promise<void> => {
    while (left-- > 0) {
      const jwt = await client.from(newAddress()).logIn();
      const renewed = await client.post<{ Token: string }>('/user/renew', undefined, jwt);
      jtis.push(claimsOf(jwt).jti, claimsOf(renewed.body.Token).jti);
      sessions.push(claimsOf(jwt).sid);
      expect(claimsOf(renewed.body.Token).sid).toBe(claimsOf(jwt).sid);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, logInInTurn));

  expect(jtis.filter((jti) => !UUID_V4.test(jti))).toEqual([]);
  expect([new Set(jtis).size, new Set(sessions).size]).toEqual([2 * LOGINS, LOGINS]);
  const digits = jtis.map((jti) => jti.replaceAll('-', ''));
  // Each digit takes all its values. That one is absent from 400 has a chance of one in a hundred million.
  for (const place of FREE_DIGITS)
    expect([place, new Set(digits.map((text) => text[place])).size]).toEqual([place, 16]);
  // Nor do they begin alike, as what counts up does: as many first halves as JWTs.
  expect(new Set(digits.map((text) => text.slice(0, 12))).size).toBe(2 * LOGINS);
});
