import { Client } from './support/client.js';
import { startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const MAX = { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 };
const PATHS = ['/api/kittens', '/kittens'];

const PRODUCTION = {
  NODE_ENV: 'production',
  SECRET_KEY: 'a secret of the kittens, long enough',
  JWT_ALGORITHM: 'ES256',
};

describe('The kittens', () => {
  const { server, client } = useServer();

  it('are shown on both documented paths to either credential, and deleted for good, restarts included', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    const statusesOf = async (id: number | string) =>
      Promise.all(PATHS.map(async (path) => (await client.get(`${path}/${id}`, jwt)).status));

    for (const path of PATHS) {
      for (const credential of [jwt, token]) {
        const shown = await client.get(`${path}/2`, credential);
        expect(shown.status).toBe(200);
        expect(shown.body).toEqual(MAX);
      }
      expect((await client.get(`${path}/1`, jwt)).body).toMatchObject({ id: 1 });
      expect((await client.get(`${path}/2`)).status).toBe(401);
      expect((await client.delete(`${path}/2`)).status).toBe(401);
    }

    for (const [index, path] of PATHS.entries()) {
      const id = index + 1;
      const answers = await Promise.all([1, 2, 3, 4].map(() => client.delete(`${path}/${id}`, token)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
      expect(answers.find(({ status }) => status === 200)?.body).toEqual({ id, deleted: ':(' });
      expect(await statusesOf(id)).toEqual([410, 410]);
    }
    await server.stop();

    await server.start();
    expect(await statusesOf(1)).toEqual([410, 410]);
    expect((await client.delete('/api/kittens/2', jwt)).status).toBe(410);
  });

  it('are 404 where none ever was, and 400 where none can be', async () => {
    const production = await startServer({ env: { ...PRODUCTION, SAMPLE_KITTENS: 'true' } });
    const client = await Client.of(production);
    const jwt = await client.logIn();
    for (const path of PATHS) {
      for (const id of ['3', '0', '999999999']) {
        for (const answer of [await client.get(`${path}/${id}`, jwt), await client.delete(`${path}/${id}`, jwt)]) {
          expect(answer.status).toBe(404);
          expect(answer.body).toMatchObject({ code: 'not_found' });
        }
      }
      for (const id of ['-1', '1.5', 'Max', '1e3', '0x2', '2%20', '99999999999999999999', "2'--", '٢']) {
        for (const answer of [
          await client.get(`${path}/${encodeURI(id)}`, jwt),
          await client.delete(`${path}/${encodeURI(id)}`, jwt),
        ]) {
          expect(answer.status).toBe(400);
          expect(answer.body).toMatchObject({ code: 'invalid_fields', details: [{ field: 'id' }] });
        }
      }
    }
    await production.stop();
  });

  it.each<[string, Record<string, string>]>([
    ['with SAMPLE_KITTENS=false', { SAMPLE_KITTENS: 'false' }],
    ['in production', PRODUCTION],
  ])('are left out %s, of the document too', async (_, env) => {
    const without = await startServer({ env });
    const client = await Client.of(without);
    const jwt = await client.logIn();
    for (const path of PATHS) {
      const answer = await client.get(`${path}/2`, jwt);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: 'unknown_path' });
    }
    const { document } = await Client.contractOf(without);
    expect(Object.keys(document.paths).filter((path) => path.includes('kittens'))).toEqual([]);
    await without.stop();
  });
});
