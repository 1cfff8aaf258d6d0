// Verifies passwords one after the other, and prints the result in one line of JSON.
//   node raw-argon2.mjs <seconds> <hash> <password>
import { verify } from '@node-rs/argon2';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const [seconds, hash, password] = process.argv.slice(2);
const cpu = process.cpuUsage();
const begun = performance.now();
const secondsSince = () => (performance.now() - begun) / 1000;
let answers = 0;
while (secondsSince() < Number(seconds)) {
  if (!(await verify(hash, password))) throw new Error('the right password was refused');
  answers += 1;
}
const taken = secondsSince();
const { user, system } = process.cpuUsage(cpu);
const used = user + system;
process.stdout.write(JSON.stringify({ answers, seconds: taken, cpuMicros: used / answers, busy: used / taken / 1e6 }));
