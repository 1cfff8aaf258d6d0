import { message, type Message } from '../i18n/message.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A wait in words, never shorter than it is: "in 15 minutes". */
export function inWords(seconds: number): Message {
  if (seconds < MINUTE) return message('in_seconds', { seconds });
  if (seconds < HOUR) return message('in_minutes', { minutes: Math.ceil(seconds / MINUTE) });
  return message('in_hours', { hours: Math.ceil(seconds / HOUR) });
}
