import 'reflect-metadata';
import { loadSettings } from '../config/load-settings.js';
import { SecretKeys } from '../crypto/secret-keys.js';
import { PasskeyLoginTokens } from './passkey-login-tokens.js';

const SECRET = 'one secret of at least 32 characters';
const OTHER_SECRET = 'another secret of 32 characters or more';
const FIVE_MINUTES_MS = 300_000;

function tokensWith(secret: string, previous = ''): PasskeyLoginTokens {
  return new PasskeyLoginTokens(new SecretKeys(loadSettings({ SECRET_KEY: secret, SECRET_KEY_PREVIOUS: previous })));
}

describe('A token of a login without a password', () => {
  const tokens = tokensWith(SECRET);

  it('is good for five minutes, and each is another', () => {
    const now = Date.now();
    const token = tokens.issue(now);
    expect(tokens.issue(now)).not.toBe(token);
    expect(tokens.endOf(token, now + FIVE_MINUTES_MS - 1)).toEqual(new Date(now + FIVE_MINUTES_MS));
    expect(tokens.endOf(token, now + FIVE_MINUTES_MS)).toBeUndefined();
  });

  it('of an instance whose clock is a minute ahead is good, and of one that was an hour ahead is not', () => {
    expect(tokens.endOf(tokens.issue(Date.now() + 59_000))).toBeInstanceOf(Date);
    expect(tokens.endOf(tokens.issue(Date.now() + 3_600_000))).toBeUndefined();
  });

  it('is refused with any bit changed, and in any other spelling', () => {
    const token = tokens.issue();
    const bytes = Buffer.from(token, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(index) ^ 1, index);
      expect(tokens.endOf(forged.toString('base64url'))).toBeUndefined();
    }
    for (const spelling of [`${token}=`, ` ${token}`, `${token}\n`, bytes.toString('hex'), token.slice(0, -1), '']) {
      expect(tokens.endOf(spelling)).toBeUndefined();
    }
  });

  it('survives a rotation of the secret, and no change to an unknown one', () => {
    const token = tokens.issue();
    expect(tokensWith(OTHER_SECRET, SECRET).endOf(token)).toBeInstanceOf(Date);
    expect(tokensWith(OTHER_SECRET).endOf(token)).toBeUndefined();
  });
});
