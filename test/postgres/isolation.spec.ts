import { useServer } from '../support/use-server.js';

const { server, client, database } = useServer();

// Administrators of databases choose these for other programs.
it.each(['repeatable read', 'serializable'])(
  'One of two administrators who disable each other at once stays, also where the default is %s',
  async (level) => {
    const [{ name } = { name: '' }] = await database.query<{ name: string }>('SELECT current_database() AS name');
    await database.query(`ALTER DATABASE ${name} SET default_transaction_isolation = '${level}'`);
    await server.stop();
    await server.start();
    for (let round = 0; round < 5; round++) {
      const [admin] = await database.query<{ id: string }>(`SELECT id FROM "user" WHERE username = 'admin'`);
      const other = `${level.slice(0, 3)}${round}`;
      const ids = [admin?.id, await database.addUser(other, ['admin'])];
      const jwts = await Promise.all([client.logIn(other), client.logIn()]);
      const answers = await Promise.all(ids.map((id, index) => client.post('/user/disable', { id }, jwts[index])));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses[0]).toBe(200);
      expect([401, 409]).toContain(statuses[1]);
      await database.query(`UPDATE "user" SET disabled = NULL, roles = '' WHERE username <> 'admin'`);
      await database.query(`UPDATE "user" SET disabled = NULL WHERE username = 'admin'`);
    }
  },
);
