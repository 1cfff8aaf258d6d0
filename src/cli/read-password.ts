import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { askHidden } from './ask.js';
import { CommandError, UsageError } from './command-error.js';

/** The source of a password. Never an argument, which every user of the machine can see. */
export interface PasswordSource {
  readonly passwordStdin?: boolean;
  readonly prompt?: boolean;
}

/** Reads the password. @returns undefined if the server must generate one. @throws CommandError or UsageError */
export async function readPassword({ passwordStdin, prompt }: PasswordSource): Promise<string | undefined> {
  if (passwordStdin === true && prompt === true) throw new UsageError('Use --password-stdin or --prompt, not both');
  if (passwordStdin === true) return decoded(await buffer(process.stdin)).replace(/\r?\n$/, '');
  if (prompt !== true) return undefined;
  if (!process.stdin.isTTY) throw new UsageError('--prompt needs a terminal; use --password-stdin');
  const password = await askHidden('Password: ');
  // The terminal's input is decoded as it arrives, and the decoder replaces whatever is not UTF-8 by this character.
  if (password.includes('\uFFFD')) throw notUtf8();
  if ((await askHidden('Again: ')) !== password) throw new CommandError('The two passwords differ.');
  return password;
}

/** A decoder replaces every invalid sequence by the same character, so different passwords would become equal. */
function decoded(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  return new TextDecoder().decode(bytes);
}

function notUtf8(): CommandError {
  return new CommandError('The password is not UTF-8.');
}
