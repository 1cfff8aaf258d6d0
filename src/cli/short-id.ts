import { CommandError } from './command-error.js';

/** The first characters of an id are its time, so those of one minute begin alike. */
const LENGTH = 8;
const SHORT = /^…?([\da-f]{8})$/i;

/** An id as a terminal shows it: its end. */
export function shortId(id: string): string {
  return id.length > LENGTH ? `…${id.slice(-LENGTH)}` : id;
}

/**
 * The id that a text means: an id itself, or the end of one of some ids, as a terminal shows it.
 * @returns the text itself if it is not the end of an id.
 * @throws CommandError if several ids end so
 */
export function wholeId(text: string, ids: readonly string[]): string {
  const [, end] = SHORT.exec(text) ?? [];
  if (end === undefined) return text;
  const [found, ...others] = ids.filter((id) => id.endsWith(end.toLowerCase()));
  if (others.length > 0) throw new CommandError(`Several ids end in ${end}: give the whole id, which --wide shows`);
  return found ?? text;
}
