import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { StartupError } from '../errors/startup-error.js';
import { environmentNameOf } from './setting.decorator.js';
import { Settings } from './settings.js';

/**
 * The settings of this process. An empty variable counts as unset.
 * @throws StartupError with one line for each invalid variable, naming it.
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

/** Adds the variables of a `.env` file in the working folder, if there is one. Variables that are already set take precedence. */
export function readDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
