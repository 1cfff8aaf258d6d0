import { InvalidSetting } from './invalid-setting.js';

/** How a setting is read from its environment variable. */
interface SettingSource {
  readonly environmentName: string;
  /** Turns the variable's text into the property's value. @throws InvalidSetting */
  readonly read: (text: string) => unknown;
  readonly keepsBlanks: boolean;
  readonly isSecret: boolean;
}

export interface SettingOptions {
  /** For a text that people also type elsewhere, such as a password: blanks at the ends are refused, not removed. */
  readonly keepsBlanks?: boolean;
  /** Whether the text is a secret or holds one, which no log may show. */
  readonly isSecret?: boolean;
}

const sources = new Map<string, SettingSource>();

/** Characters that no setting may contain, because a terminal, a log, a header or a path would alter them. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/u;
/** Format characters that Persian words and emoji need. */
const JOINERS = /[\u200C\u200D]/g;

/**
 * Binds a property to its environment variable. `read` receives the trimmed text of the variable, and returns the value in
 * canonical form or throws InvalidSetting. The rules of class-validator are checked afterwards.
 */
export function Setting(
  environmentName: string,
  read: (text: string) => unknown = (text) => text,
  { keepsBlanks = false, isSecret = false }: SettingOptions = {},
): PropertyDecorator {
  return (_target, property) => {
    sources.set(String(property), { environmentName, read, keepsBlanks, isSecret });
  };
}

/** The value of a setting's variable. @throws InvalidSetting */
export function readSetting({ read, keepsBlanks }: SettingSource, raw: string): unknown {
  const text = raw.trim();
  if (text === '') throw new InvalidSetting('must not be blank: leave it out, or give it a value');
  // A line end comes from the file or the command that supplied the text.
  if (keepsBlanks && raw.replace(/\r?\n$/, '') !== text) throw new InvalidSetting('must not begin or end with a blank');
  if (FORBIDDEN.test(text.replace(JOINERS, ''))) {
    throw new InvalidSetting('must be one line of UTF-8 text, without control characters and invisible ones');
  }
  return read(text);
}

/** Every property that can be set, and how it is read. */
export function settingSources(): ReadonlyMap<string, SettingSource> {
  return sources;
}

/** Every environment variable the server reads. */
export function knownEnvironmentNames(): string[] {
  return [...sources.values()].map(({ environmentName }) => environmentName);
}
