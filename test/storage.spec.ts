import { begin, bytesOf, enrol } from './support/authenticator.js';
import { type AuthHeaderAnswer, Client } from './support/client.js';
import { TestDatabase } from './support/database.js';
import { openDatabaseOf } from './support/open-database.js';
import { ADMIN, newFolder, startServer, type TestServer } from './support/server.js';

describe('The schema comes from migrations alone', () => {
  it('and they leave no difference from the entities; undone, they leave nothing', async () => {
    const folder = newFolder();
    const dataSource = await openDatabaseOf(folder);
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map(({ query }) => query)).toEqual([]);
    const migrations = await dataSource.query<unknown[]>('SELECT * FROM migrations');
    for (let left = migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    const database = await TestDatabase.of({ folder });
    expect(await database.tables()).toEqual(['migrations']);
    await database.close();
    await dataSource.destroy();
  });
});

describe('What a stolen database yields', () => {
  it('is no token, no private key, no password and no second factor', async () => {
    const server = await startServer({ folder: newFolder() });
    const client = await Client.of(server);
    const jwt = await client.logIn();
    const tokens = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => (await client.addAuthHeader(jwt, { name: `n${index}` })).token),
    );
    await client.get('/user/me', tokens[0]);
    const { secret, recoveryCodes } = await enrol(client, jwt);
    const begun = await begin(client, ADMIN.username, ADMIN.password);
    const secrets = [secret, bytesOf(secret).toString('base64url'), begun.body.secondFactor.token, ...recoveryCodes];
    const database = await TestDatabase.of(server);
    const before = await database.dump();
    await server.stop();
    for (const dump of [before, await database.dump()]) {
      const text = dump.toString('latin1');
      expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
      expect(text).toContain('n4');
      expect(text).not.toContain(ADMIN.password);
      for (const one of secrets) expect(text).not.toContain(one);
      expect(dump.includes(bytesOf(secret))).toBe(false);
      expect(text).not.toContain(jwt);
      expect(text).not.toContain(jwt.split('.')[2]);
      for (const token of tokens) {
        expect(text).not.toContain(token);
        expect(text).not.toContain(token.slice(3, 33));
        expect(text).not.toContain(Buffer.from(token).toString('base64url'));
      }
      expect(text).not.toMatch(/PRIVATE KEY|"d":/);
      // The first bytes of every PKCS #8 RSA key of this size, as they are and in base64.
      expect(dump.includes(Buffer.from('308206fe020100300d06092a864886f70d', 'hex'))).toBe(false);
      expect(text).not.toContain('MIIG_gIBADANBgkqhkiG9w0');
    }
  });
});

describe('Processes on one file', () => {
  let folder: string;
  let servers: TestServer[];

  beforeAll(async () => {
    folder = newFolder();
    servers = await Promise.all([startServer({ folder }), startServer({ folder })]);
  });

  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it('start together on an empty folder and agree on the secret, the keys and the first administrator', async () => {
    const [one, other] = await Promise.all(servers.map((server) => Client.of(server)));
    const jwt = await one?.logIn();
    expect((await other?.get('/user/me', jwt))?.status).toBe(200);
    const [server] = servers;
    if (server === undefined) throw new Error('no server');
    const database = await TestDatabase.of(server);
    expect(await database.query('SELECT username FROM "user"')).toEqual([{ username: 'admin' }]);
    expect(await database.query('SELECT state FROM signing_key')).toEqual([{ state: 'active' }]);
    await database.close();
  });

  it('wait for each other and lose nothing', async () => {
    const clients = await Promise.all(servers.map((server) => Client.of(server)));
    const jwts = await Promise.all(clients.map((client) => client.logIn()));
    const added = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const which = index % clients.length;
        return (await clients[which]?.addAuthHeader(jwts[which] ?? '', { name: `p${index}` }))?.id;
      }),
    );
    const listed = await clients[0]?.get<AuthHeaderAnswer[]>('/authheader/list', jwts[0]);
    const ids = new Set(listed?.body.map(({ id }) => id));
    expect(added.filter((id) => id === undefined || !ids.has(id))).toEqual([]);
  });
});
