import 'reflect-metadata';
import { loadSettings } from '../config/load-settings.js';
import { CryptoQueue } from '../crypto/crypto-queue.js';
import { PasswordHasher } from './password-hasher.js';

describe('A password of a name that nobody has', () => {
  const hasher = new PasswordHasher(new CryptoQueue(loadSettings({})));

  it('is compared at the cost of every other, and is wrong', async () => {
    const costOf = (hash: unknown): unknown[] => {
      const [, algorithm, version, parameters, salt = '', digest = ''] = String(hash).split('$');
      return [algorithm, version, parameters, salt.length, digest.length];
    };
    expect(costOf(Reflect.get(hasher, 'dummyHash'))).toEqual(costOf(await hasher.hash('winter moss gate')));
    expect(await hasher.matches(undefined, 'winter moss gate')).toBe(false);
  });
});
