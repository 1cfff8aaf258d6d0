import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { StartupError } from '../errors/startup-error.js';
import { environmentNameOf } from './setting.decorator.js';
import { Settings } from './settings.js';

/**
 * The settings of this process. An empty variable counts as unset.
 * @throws StartupError with a line for every bad variable, each naming it.
 */
export function loadSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const settings = plainToInstance(Settings, given, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });
  const complaints = validateSync(settings).map(({ property, constraints = {} }) => {
    const reason = Object.values(constraints)[0] ?? 'is not valid';
    return reason.replaceAll(property, environmentNameOf(property));
  });
  if (settings.isProduction && settings.secretKey === undefined) {
    complaints.push('SECRET_KEY must be set where NODE_ENV is production');
  }
  if (complaints.length > 0) throw new StartupError(complaints.join('\n'));
  return settings;
}

/** Adds the variables of a `.env` file in the working folder, where there is one; what is set already wins. */
export function readDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
