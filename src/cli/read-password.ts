import { isUtf8 } from 'node:buffer';
import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { Refusal, WrongUsage } from './refusal.js';

/** Where a password is to come from. Never from the arguments: every user of the machine sees those. */
export interface PasswordSource {
  readonly passwordStdin?: boolean;
  readonly prompt?: boolean;
}

/** The password, or nothing where it is to be made up. @throws Refusal or WrongUsage */
export async function readPassword({ passwordStdin, prompt }: PasswordSource): Promise<string | undefined> {
  if (passwordStdin === true && prompt === true) throw new WrongUsage('Use --password-stdin or --prompt, not both');
  if (passwordStdin === true) return decoded(await buffer(process.stdin)).replace(/\r?\n$/, '');
  if (prompt !== true) return undefined;
  if (!process.stdin.isTTY) throw new WrongUsage('--prompt needs a terminal; use --password-stdin');
  const password = await ask('Password: ');
  // What a terminal sends is decoded as it comes, with this in the place of what was not UTF-8.
  if (password.includes('\uFFFD')) throw notUtf8();
  if ((await ask('Again: ')) !== password) throw new Refusal('The two differ.');
  return password;
}

/** A decoder that puts something in the place of what it cannot read makes many passwords one. */
function decoded(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  return new TextDecoder().decode(bytes);
}

function notUtf8(): Refusal {
  return new Refusal('The password is not UTF-8.');
}

async function ask(question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  process.stderr.write(question);
  try {
    return await new Promise((resolve, reject) => {
      terminal.once('line', resolve);
      terminal.once('close', () => {
        reject(new Refusal('Interrupted.'));
      });
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
