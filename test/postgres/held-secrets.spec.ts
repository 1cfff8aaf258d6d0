import { mintToken } from '../../src/authheader/auth-header-token.js';
import { secretsInFolderDatabases } from '../support/folder-database.js';
import { useServer } from '../support/use-server.js';

const { database } = useServer();

describe('What a test file must not leave in a database on PostgreSQL is found at its end:', () => {
  it('a token in any column of any table', async () => {
    expect(await secretsInFolderDatabases()).toEqual([]);
    await database.query('CREATE TABLE leak (note text)');
    await database.query('INSERT INTO leak VALUES (?)', `a note with ${mintToken()}`);
    expect(await secretsInFolderDatabases()).toEqual(['the table leak has an auth header after "a note with "']);
    await database.query('DROP TABLE leak');
  });
});
