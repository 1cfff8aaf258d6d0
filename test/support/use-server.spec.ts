import { RestartableServer } from './use-server.js';

describe('A server that has not been started yet', () => {
  const server = new RestartableServer({});

  it.each<[string, () => unknown]>([
    ['url', () => server.url],
    ['folder', () => server.folder],
    ['database file', () => server.databaseFile],
    ['process', () => server.process],
    ['output', () => server.output()],
  ])('has no %s, and says why', (_, read) => {
    expect(read).toThrow('The server has not been started yet');
  });

  it('can be stopped all the same, as the end of a file does whose start failed', async () => {
    await expect(server.stop()).resolves.toBeNull();
  });
});
