import { type Change, changedProgram } from './support/changed-program.js';
import { Client } from './support/client.js';
import { startServer } from './support/server.js';

const ROUNDS = 20;
const READERS = 12;

/** The moment between what is read and its being stored, stretched, so that a revocation falls into it often. */
const SLOWED: Change = [
  /(?=this\.cache\.store\()/,
  // A file of the bundle may hold another module's import of the same name.
  'await new Promise((done) => globalThis.setTimeout(done, Math.random() * 20)); ',
];
/** What was read is stored, whatever happened since. */
const WITHOUT_EPOCH: Change = [/if \(Math\.max\(lastRevocation, this\.floor\) > epoch\)\s+return;/, ''];

/** Revokes auth headers while they are looked up for the first time; answers how many are still good afterwards. */
async function survivors(main?: string): Promise<number> {
  const server = await startServer(main === undefined ? {} : { main });
  const client = await Client.of(server);
  const jwt = await client.logIn();
  let alive = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { id, token } = await client.addAuthHeader(jwt);
    const headers = { authorization: `Bearer ${token}` };
    const read = () => fetch(`${server.url}/user/me`, { headers }).then((answer) => answer.text());
    const revoked = client.post('/authheader/delete', { text: id }, jwt);
    const reads = Array.from({ length: READERS }, async (_, index) => {
      for (let turn = 0; turn < index; turn++) await new Promise(setImmediate);
      return read();
    });
    expect((await revoked).status).toBe(200);
    await Promise.all(reads);
    if ((await fetch(`${server.url}/user/me`, { headers })).status === 200) alive += 1;
  }
  await server.stop();
  return alive;
}

describe('A credential that is revoked while it is looked up', () => {
  it.each([
    ['as it is', undefined],
    ['with the moment between the look-up and the memory stretched', [SLOWED]],
  ])('is not remembered: none is good after the answer, %s', async (_, changes) => {
    expect(await survivors(changes && changedProgram(changes))).toBe(0);
  });

  it('would be, if the cache took no epoch: this test can fail', async () => {
    expect(await survivors(changedProgram([SLOWED, WITHOUT_EPOCH]))).toBeGreaterThan(0);
  });
});
