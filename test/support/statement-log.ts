import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { RunningServer } from './server.js';

/** Settings of a server on SQLite that tells its statements: see {@link takeStatements}. */
export const TELLING_STATEMENTS = { NODE_OPTIONS: `--require ${resolve(__dirname, 'tell-statements.cjs')}` };

/** What a server does by itself: it asks for revocations, and looks after its files and its schema. */
const OF_NO_REQUEST = /\b(?:revocation|PRAGMA|witnessed_moment|schema_gate)\b/i;

/** What a process has done. */
export interface Work {
  /** The statements since the last call, as written, without those of no request. */
  readonly statements: readonly string[];
  /** Of the whole life of the process. */
  readonly cpuMs: number;
  /** What is used of the heap, after a collection of garbage. */
  readonly heapBytes: number;
}

/** The statements of a server that was started with {@link TELLING_STATEMENTS} since the last call. */
export async function takeStatements(server: Pick<RunningServer, 'folder'>): Promise<readonly string[]> {
  return (await ask(server, 'statements')).statements;
}

/** All that it has done. */
export function takeWork(server: Pick<RunningServer, 'folder'>): Promise<Work> {
  return ask(server, 'heap');
}

async function ask({ folder }: Pick<RunningServer, 'folder'>, question: 'statements' | 'heap'): Promise<Work> {
  const text = await new Promise<string>((done, fail) => {
    let received = '';
    const socket = connect(join(folder, 'statements.sock'), () => socket.write(question));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('end', () => {
      done(received);
    });
    socket.on('error', fail);
  });
  const work = JSON.parse(text) as Work;
  return { ...work, statements: work.statements.filter((sql) => !OF_NO_REQUEST.test(sql)) };
}
