import { isDeepStrictEqual } from 'node:util';
import { settingSources } from './setting.decorator.js';
import { Settings } from './settings.js';

/**
 * The settings that differ from their defaults, as `NAME=value`: with their text in the environment, and of a secret `NAME=(set)`.
 * @param environment what the settings were read from.
 */
export function differingSettings(settings: Settings, environment: NodeJS.ProcessEnv): string[] {
  const defaults = new Settings();
  return [...settingSources()].flatMap(([property, { environmentName, isSecret }]) => {
    if (isDeepStrictEqual(Reflect.get(settings, property), Reflect.get(defaults, property))) return [];
    const text = (environment[environmentName] ?? '').trim();
    return [`${environmentName}=${isSecret ? '(set)' : /\s/.test(text) ? JSON.stringify(text) : text}`];
  });
}
