import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.js';

/** Asks a question on the terminal. @throws CommandError if the person leaves instead of answering */
export function ask(question: string): Promise<string> {
  return readLine(process.stderr, (terminal) => {
    terminal.setPrompt(question);
    terminal.prompt();
  });
}

/** Asks for what the terminal must not show. @throws CommandError if the person leaves instead of answering */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  try {
    return await readLine(nowhere, () => process.stderr.write(question));
  } finally {
    process.stderr.write('\n');
  }
}

/** @param showQuestion is called when the terminal no longer shows by itself what is typed. */
async function readLine(
  output: NodeJS.WritableStream,
  showQuestion: (terminal: ReturnType<typeof createInterface>) => void,
): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  showQuestion(terminal);
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
