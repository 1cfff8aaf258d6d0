import { editsBetween } from '../errors/nearest-word.js';
import { knownEnvironmentNames } from './setting.decorator.js';
import type { DotEnvEntry } from './dot-env.js';

/** Units, which people add or omit, and the suffix by which container images pass secrets in files. */
const ENDINGS = /_(?:MS|SECS?|SECONDS?|MINS?|MINUTES?|HOURS?|DAYS?|FILE)$/;
/** `HOST` and `PORT` resemble too many names of other programs. */
const SHORTEST = 6;
/** From this length on, two letters may differ. */
const LONG = 12;
/** The X Window System sets it, and it differs from SESSION_MAX_AGE by two letters. */
const OTHERS = ['SESSION_MANAGER'];

/** The setting that a name probably means, unless it is a setting itself. */
export function settingMeantBy(name: string): string | undefined {
  const known = knownEnvironmentNames();
  if (known.includes(name) || OTHERS.includes(name)) return undefined;
  const core = coreOf(name);
  return known.find((setting) => isNear(core, coreOf(setting)));
}

/** The warnings of the start and of `doctor`, one for each name that sets nothing and probably should. */
export function warnOfNames(entries: readonly DotEnvEntry[], environment: NodeJS.ProcessEnv): string[] {
  const known = knownEnvironmentNames();
  const inFile = entries.flatMap(({ name, line }, at) => {
    if (!known.includes(name)) return [`.env, line ${line}: ${unknown(name)}`];
    const isRepeated = entries.slice(0, at).some((earlier) => earlier.name === name);
    return isRepeated ? [`.env, line ${line}: ${name} is set a second time, and this value is taken`] : [];
  });
  const inEnvironment = Object.keys(environment)
    .filter((name) => /^\w+$/.test(name) && settingMeantBy(name) !== undefined)
    .map(unknown);
  return [...inFile, ...inEnvironment];
}

function unknown(name: string): string {
  const meant = settingMeantBy(name);
  return `${name} is not a setting and is ignored${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** A name without the parts that people vary: case, underscores, a plural, a unit at the end. */
function coreOf(name: string): string {
  const singular = name.toUpperCase().replace(ENDINGS, '').replace(/IES$/, 'Y').replace(/S$/, '');
  return singular.replaceAll('_', '');
}

function isNear(one: string, other: string): boolean {
  if (Math.min(one.length, other.length) < SHORTEST) return false;
  const allowedEdits = Math.max(one.length, other.length) < LONG ? 1 : 2;
  // Lengths settle most pairs. Every variable of the environment meets every setting, and a start waits for it.
  return Math.abs(one.length - other.length) <= allowedEdits && editsBetween(one, other) <= allowedEdits;
}
