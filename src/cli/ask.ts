import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.js';

/** Asks a question on the terminal. @throws CommandError if the person leaves instead of answering */
export function ask(question: string): Promise<string> {
  return readLine(question, process.stderr);
}

/** Asks for what the terminal must not show. @throws CommandError if the person leaves instead of answering */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  process.stderr.write(question);
  try {
    return await readLine('', nowhere);
  } finally {
    process.stderr.write('\n');
  }
}

async function readLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  terminal.setPrompt(question);
  terminal.prompt();
  try {
    return await new Promise((resolve, reject) => {
      terminal.once('line', resolve);
      terminal.once('close', () => {
        reject(new CommandError('Interrupted.'));
      });
    });
  } finally {
    terminal.close();
  }
}
