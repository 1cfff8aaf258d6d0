import { readFile } from 'node:fs/promises';
import type { Sealer } from '../../src/crypto/sealer.js';
import type { Settings } from '../../src/config/settings.js';
import { SigningKeyMaker } from '../../src/signing-keys/signing-key-maker.js';
import type { SigningKeyRepository } from '../../src/signing-keys/signing-key.repository.js';

// Not a unit test in src/, because RSA keys take seconds of a processor.
it('Keys that are made at once leave threads for everybody else', async () => {
  const settings = { jwtAlgorithm: 'RS256' } as Settings;
  const maker = new SigningKeyMaker({} as SigningKeyRepository, {} as Sealer, settings);
  const finished: string[] = [];
  const note = (what: string) => () => finished.push(what);
  const keys = Array.from({ length: 5 }, () => maker.generate('next').then(note('key')));
  await readFile('package.json').then(note('file'));
  await Promise.all(keys);
  // Behind a key on each of the four threads, it would be the third at the earliest.
  expect(finished.indexOf('file')).toBeLessThan(2);
}, 60_000);
