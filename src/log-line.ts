import { replaceHidden } from './i18n/visible-text.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'log';

/**
 * A line of the log, with its end. Its time is in UTC and names its zone, because lines of several machines are compared. What a
 * client sends can neither end a line nor hide in one.
 * @param context the part of the server that writes it; empty for none.
 */
export function logLine(level: LogLevel, context: string, text: string): string {
  const visible = replaceHidden(text, () => '\uFFFD');
  return `${new Date().toISOString()} ${level.toUpperCase()} ${context === '' ? '' : `[${context}] `}${visible}\n`;
}
