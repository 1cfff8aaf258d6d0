import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mintToken } from '../../src/authheader/auth-header-token.js';
import { newAddress } from './client.js';
import { notePrinted, refuseSecrets } from './launch.js';
import { secretsIn } from './secrets-in-text.js';
import { ADMIN, newFolder } from './server.js';
import { useSharedServer } from './use-server.js';

const { client, server } = useSharedServer();

describe('What a test file must not leave in a log or in a database is found:', () => {
  it('each secret that the server makes, and the passwords of tests', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    const secrets = [
      jwt,
      token,
      ADMIN.password,
      '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
      '-----BEGIN PRIVATE KEY-----',
    ];
    for (const secret of [...secrets, `personas=${'a'.repeat(43)}`, `/console/reset?token=${'a'.repeat(43)}`]) {
      const told = secretsIn(`line before\n${newAddress()} ${secret} after`);
      expect([secret, told.length]).toEqual([secret, 1]);
      expect(told[0]).not.toContain(secret);
    }
    expect(secretsIn('the key of a server', ['key of a server'])).toHaveLength(1);
  });

  it('and nothing else: not what a test made up to be refused, nor an id or a masked form', () => {
    const mistyped = mintToken().replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const harmless = [mistyped, 'ep_Ab12…9xYz', '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', server.url, 'eyJ.eyJ.x'];
    expect(harmless.flatMap((text) => secretsIn(text))).toEqual([]);
  });

  it('in the output of a program, and in a file of its database, which both fail the test file', () => {
    notePrinted(`a log with ${mintToken()}`);
    expect(() => {
      refuseSecrets([]);
    }).toThrow('A log has an auth header');
    const folder = newFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(
      join(folder, 'data/personas.sqlite-wal'),
      Buffer.concat([Buffer.from([0, 255]), Buffer.from(mintToken())]),
    );
    expect(() => {
      refuseSecrets([folder]);
    }).toThrow('personas.sqlite-wal has an auth header');
    refuseSecrets([]);
  });
});
