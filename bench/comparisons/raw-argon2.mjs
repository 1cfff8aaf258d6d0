// Checks one password after the other, as the server hashes them, and prints what came of it in one line of JSON.
//   node raw-argon2.mjs <seconds>
import { verify } from '@node-rs/argon2';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const { Passwords } = await import('../../dist/user/passwords.js');
const PASSWORD = 'correct horse battery';

const atOnce = { hash: (work) => work() };
const hash = await new Passwords(atOnce).hash(PASSWORD);
const milliseconds = Number(process.argv[2]) * 1000;
const cpu = process.cpuUsage();
const begun = performance.now();
let answers = 0;
while (performance.now() - begun < milliseconds) {
  if (!(await verify(hash, PASSWORD))) throw new Error('the right password was refused');
  answers += 1;
}
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);
const parameters = /\$(m=[^$]+)\$/.exec(hash)[1];
const used = user + system;
process.stdout.write(
  JSON.stringify({ answers, seconds, cpuMicros: used / answers, busy: used / seconds / 1e6, parameters }),
);
