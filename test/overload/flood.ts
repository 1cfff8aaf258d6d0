import { setMaxListeners } from 'node:events';
import { ATTACKS } from './attacks.js';

/** Attacks a server until its input ends: `flood.ts <attack> <url> <connections>`, with a JWT in the environment. Prints what it saw. */
async function main([name = '', url = '', connections = '']: readonly string[]): Promise<void> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const counts: Record<string, number> = {};
  process.stdin.on('end', () => {
    stop.abort();
  });
  process.stdin.resume();
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const { JWT: jwt = '' } = process.env;
  process.stdout.write('attacking\n');
  await ATTACKS[name]?.({ url, connections: Number(connections), jwt, signal: stop.signal, count });
  process.stdout.write(JSON.stringify(counts), () => process.exit(0));
}

void main(process.argv.slice(2));
