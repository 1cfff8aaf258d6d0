import { parse } from 'dotenv';
import { readFileSync } from 'node:fs';
import { StartupError } from '../errors/startup-error.js';

/** In the working folder. */
export const DOT_ENV_FILE = '.env';

/** A variable that a `.env` file sets. */
export interface DotEnvEntry {
  readonly name: string;
  readonly value: string;
  /** The number of its first line, from 1. */
  readonly line: number;
}

const QUOTES = ['"', "'", '`'];

/**
 * The variables of the `.env` file in the working folder, in their order; none if there is no such file.
 * @throws StartupError if it cannot be read, or with one line for each invalid line of the file
 */
export function readDotEnv(): DotEnvEntry[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(DOT_ENV_FILE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new StartupError(`${DOT_ENV_FILE} cannot be read (${code === 'EISDIR' ? 'it is a folder' : String(code)})`);
  }
  try {
    // The decoder drops a byte order mark, which would hide the first variable.
    return parseDotEnv(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`${DOT_ENV_FILE} is not UTF-8 text; save it as UTF-8`);
  }
}

/**
 * Parses with dotenv, which skips invalid lines and cuts a value at any `#`. Each entry is therefore checked first, and then
 * parsed alone.
 * @throws StartupError with one line for each invalid line
 */
export function parseDotEnv(text: string): DotEnvEntry[] {
  const lines = text.split(/\r\n?|\n/);
  const entries: DotEnvEntry[] = [];
  const complaints: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (/^\s*(?:#|$)/.test(lines[at] ?? '')) continue;
    const first = at;
    const end = lastLineOf(lines, first);
    const entry = typeof end === 'string' ? end : readEntry(lines.slice(first, end + 1).join('\n'));
    if (typeof entry === 'string') complaints.push(`${DOT_ENV_FILE}, line ${first + 1}: ${entry}`);
    else entries.push({ ...entry, line: first + 1 });
    if (typeof end === 'number') at = end;
  }
  if (complaints.length > 0) throw new StartupError(complaints.join('\n'));
  return entries;
}

/** The index of the last line of an entry, since a quoted value may span lines; or the reason why it is invalid. */
function lastLineOf(lines: readonly string[], first: number): number | string {
  const [, value] = /^\s*(?:export\s+)?[\w.-]+(?:\s*=|:\s)(.*)$/.exec(lines[first] ?? '') ?? [];
  if (value === undefined) return 'is neither NAME=value nor a comment';
  const quote = value.trimStart().charAt(0);
  if (!QUOTES.includes(quote)) {
    const comment = value.indexOf('#');
    return comment >= 0 && !/\s/.test(value.charAt(comment - 1)) ? 'a value that holds a # must be quoted' : first;
  }
  let rest = value.trimStart().slice(1);
  for (let at = first; ; rest = lines[++at] ?? '') {
    const close = rest.indexOf(quote);
    if (close > 0 && rest.charAt(close - 1) === '\\') return `a value that holds a ${quote} must be in other quotes`;
    if (close >= 0) return /^\s*(?:#.*)?$/.test(rest.slice(close + 1)) ? at : 'there is text behind the closing quote';
    if (at >= lines.length) return `the quote ${quote} is not closed`;
  }
}

function readEntry(text: string): Omit<DotEnvEntry, 'line'> | string {
  const [entry, ...others] = Object.entries(parse(text));
  if (entry === undefined || others.length > 0) return 'is neither NAME=value nor a comment';
  return { name: entry[0], value: entry[1] };
}
