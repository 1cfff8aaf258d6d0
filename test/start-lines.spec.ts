import { TestDatabase } from './support/database.js';
import { leftFolder, runToEnd } from './support/server.js';

/** How a line begins about a database that cannot be used: with the file, or with the name and the place. */
const UNUSABLE = /^DATABASE_URL: (?:data\/personas\.sqlite|the database \w+ at 127\.0\.0\.1:\d+) cannot be used: /;

describe('A start that cannot succeed names the setting', () => {
  it('and the file, where the first write of a start is refused', async () => {
    const { folder } = await leftFolder();
    const database = await TestDatabase.of({ folder });
    await database.query('DELETE FROM "user"');
    await database.refuse('INSERT', 'user');
    await database.close();
    const { code, stderr, stdout } = await runToEnd({ folder });
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toMatch(UNUSABLE);
  });
});
