import { loadSettings, readEnvironment } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import { maskedLines } from './mask.js';

/**
 * The settings for a command. Warns on a terminal of names that set nothing: with a misspelt `DATABASE_URL`, a command works on
 * another database. In a script, `doctor` and the start of the server tell the same.
 * @throws StartupError
 */
export function settingsOfCommand(): Settings {
  const { environment, warnings } = readEnvironment();
  if (process.stderr.isTTY)
    for (const warning of warnings) process.stderr.write(`${maskedLines(`Warning: ${warning}`)}\n`);
  return loadSettings(environment);
}
