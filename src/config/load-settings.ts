import { validateSync } from 'class-validator';
import { StartupError } from '../errors/startup-error.js';
import { readDotEnv } from './dot-env.js';
import { InvalidSetting } from './invalid-setting.js';
import { complaintsAboutMail } from './mail-settings.js';
import { warnOfNames } from './misspelt-names.js';
import { complaintOfRpId } from './passkey-rp-id.js';
import { readSetting, settingSources } from './setting.decorator.js';
import { Settings } from './settings.js';

/** The source of the settings. */
export interface SettingsEnvironment {
  readonly environment: NodeJS.ProcessEnv;
  /** One line for each name that sets nothing and probably should. */
  readonly warnings: readonly string[];
}

/**
 * The environment of this process, with the variables that a `.env` file in the working folder adds. Variables that are already
 * set take precedence.
 * @throws StartupError if there is a `.env` file that cannot be read as it was meant
 */
export function readEnvironment(): SettingsEnvironment {
  const entries = readDotEnv();
  const fromFile = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  return { environment: { ...fromFile, ...process.env }, warnings: warnOfNames(entries, process.env) };
}

/**
 * The settings in an environment. An empty variable counts as unset.
 * @throws StartupError with one line for each invalid variable, naming it.
 */
export function loadSettings(environment: NodeJS.ProcessEnv): Settings {
  const settings = new Settings();
  const reasons = new Map<string, string>();
  for (const [property, source] of settingSources()) {
    const raw = environment[source.environmentName] ?? '';
    const unset: unknown = Reflect.get(settings, property);
    try {
      Object.assign(settings, { [property]: raw === '' ? unset : readSetting(source, raw) });
    } catch (error) {
      if (!(error instanceof InvalidSetting)) throw error;
      reasons.set(property, error.message);
    }
  }
  for (const { property, constraints = {} } of validateSync(settings)) {
    // A rule's sentence begins with the property's name.
    const [sentence = 'is not valid'] = Object.values(constraints);
    if (!reasons.has(property)) reasons.set(property, sentence.replace(`${property} `, ''));
  }
  const complaints = [...settingSources()].flatMap(([property, { environmentName }]) => {
    const reason = reasons.get(property);
    return reason === undefined ? [] : [`${environmentName} ${reason}`];
  });
  if (settings.isProduction && settings.secretKey === undefined && !reasons.has('secretKey')) {
    complaints.push('SECRET_KEY must be set where NODE_ENV is production');
  }
  if (settings.requiresHttps && settings.trustedProxies.length === 0 && !reasons.has('trustedProxies')) {
    complaints.push(
      'TRUST_PROXY must be set where REQUIRE_HTTPS is true: only a trusted proxy tells how a client came',
    );
  }
  const rpIdComplaint = reasons.has('publicUrl') ? undefined : complaintOfRpId(settings);
  if (rpIdComplaint !== undefined) complaints.push(`PASSKEY_RP_ID ${rpIdComplaint}`);
  complaints.push(...complaintsAboutMail(settings, new Set(reasons.keys())));
  if (complaints.length > 0) throw new StartupError(complaints.join('\n'));
  return settings;
}
