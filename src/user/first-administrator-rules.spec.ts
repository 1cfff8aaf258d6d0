import 'reflect-metadata';
import { loadSettings } from '../config/load-settings.js';
import { StartupError } from '../errors/startup-error.js';
import { refuseUnfitAdministrator, refuseUnfitPassword } from './first-administrator-rules.js';

describe('The first administrator goes by the rules of every user', () => {
  it.each([
    ['BOOTSTRAP_USERNAME', 'x'.repeat(101), refuseUnfitAdministrator],
    ['BOOTSTRAP_EMAIL', 'admin', refuseUnfitAdministrator],
    ['BOOTSTRAP_PASSWORD', 'short', refuseUnfitPassword],
    ['BOOTSTRAP_PASSWORD', 'x'.repeat(257), refuseUnfitPassword],
    ['BOOTSTRAP_PASSWORD', 'admin2024!', refuseUnfitPassword],
  ])('%s=%s is refused in one line that names it', async (name, value, refuse) => {
    const refused = refuse(loadSettings({ [name]: value }));
    await expect(refused).rejects.toBeInstanceOf(StartupError);
    await expect(refused).rejects.toThrow(new RegExp(`^${name} [^\\n]*$`));
  });

  it('which its defaults keep', async () => {
    const settings = loadSettings({ BOOTSTRAP_PASSWORD: 'correct horse battery' });
    await expect(refuseUnfitAdministrator(settings)).resolves.toBeUndefined();
    await expect(refuseUnfitPassword(settings)).resolves.toBeUndefined();
  });
});
