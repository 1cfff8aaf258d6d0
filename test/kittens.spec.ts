import { Client } from './support/client.js';
import { startServer, type TestServer } from './support/server.js';

const MAX = { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 };
const PATHS = ['/api/kittens', '/kittens'];

describe('The kittens', () => {
  let server: TestServer;

  afterEach(() => server.stop());

  it('are shown on both documented paths to either credential, and deleted for good, restarts included', async () => {
    server = await startServer();
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    const statusesOf = async (id: number | string, by = client) =>
      Promise.all(PATHS.map(async (path) => (await by.get(`${path}/${id}`, jwt)).status));

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

    server = await startServer({ folder: server.folder });
    const again = await Client.of(server);
    expect(await statusesOf(1, again)).toEqual([410, 410]);
    expect((await again.delete('/api/kittens/2', jwt)).status).toBe(410);
  });

  it('are 404 where none ever was, and 400 where none can be', async () => {
    server = await startServer({
      env: { NODE_ENV: 'production', SECRET_KEY: 'a secret of the kittens, long enough', SAMPLE_KITTENS: 'true' },
    });
    const client = await Client.of(server);
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
  });

  it.each<[string, Record<string, string>]>([
    ['with SAMPLE_KITTENS=false', { SAMPLE_KITTENS: 'false' }],
    ['in production', { NODE_ENV: 'production', SECRET_KEY: 'a secret of the kittens, long enough' }],
  ])('are left out %s, of the document too', async (_, env) => {
    server = await startServer({ env });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    for (const path of PATHS) {
      const answer = await client.get(`${path}/2`, jwt);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: 'unknown_path' });
    }
    expect(Object.keys(client.contract.document.paths).filter((path) => path.includes('kittens'))).toEqual([]);
  });
});
