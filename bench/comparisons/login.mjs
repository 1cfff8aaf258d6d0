import { join } from 'node:path';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';
import { answerTo } from '../http-client.mjs';
import { sendEach } from '../load/load.mjs';
import { CORES, outputOf, start } from '../processes.mjs';
import { interleave, ratio, warmUp } from '../rounds.mjs';
import { databaseOf, loginOf, makePeople, newFolder, PASSWORD, startPersonas } from '../servers/personas.mjs';
import { number, percent, share, table } from '../table.mjs';

const RAW = join(import.meta.dirname, 'raw-argon2.mjs');
const CONNECTIONS = 4;
const PEOPLE = 16;
const GOAL = 0.85;
/** Of a first run, before it is known how many there is time for. */
const FIRST_LOGINS = 40;

/** A login beside the password hash it cannot do without. */
export async function login({ node, folder, progress, ...how }) {
  const own = newFolder(folder);
  const { url, pid } = await startPersonas({ node, folder: own });
  const people = await makePeople(url, PEOPLE);
  for (const person of people) await answerTo(url, loginOf(person));
  const stored = await storedHash(own);
  let logins = FIRST_LOGINS;
  const contestants = {
    hash: {
      run: async (seconds) => JSON.parse(await outputOf(start(CORES.server, node, [RAW, seconds, stored, PASSWORD]))),
    },
    login: {
      pid,
      run: async (seconds) => {
        const requests = Array.from({ length: logins }, (_, index) => loginOf(people[index % PEOPLE]));
        const outcome = await sendEach({ url, requests, connections: CONNECTIONS });
        logins = Math.ceil((seconds * outcome.answers) / outcome.seconds);
        return outcome;
      },
    },
  };
  await warmUp(contestants, progress);
  const { hash, login: whole } = await interleave(contestants, { ...how, progress });
  const [, parameters] = /\$(m=[^$]+)\$/.exec(stored);

  const line = (name, result, goal) => [
    name,
    number(result.perSecond),
    share(ratio(result, hash, 'perSecond')),
    goal,
    number(result.cpuMicros / 1000),
    percent(result.busy),
  ];
  return `### A login

\`POST /user/login\` over ${CONNECTIONS} connections, of ${PEOPLE} users, beside \`verify\` of \`@node-rs/argon2\` with a hash the
server stored (Argon2id, \`${parameters}\`), one at a time. Each has the same one core to itself while it runs.

${table(
  ['', 'a second', 'of the hash', 'goal', 'CPU ms', 'core busy'],
  [line('the hash alone', hash, ''), line('`POST /user/login`', whole, `≥ ${GOAL.toFixed(2)}`)],
)}`;
}

/** A password's hash as the server keeps it: it tells the parameters it was made with. */
async function storedHash(folder) {
  const database = new sqlite3.Database(databaseOf(folder), sqlite3.OPEN_READONLY);
  const get = promisify(database.get.bind(database));
  const { hash } = await get('SELECT password_hash AS hash FROM user LIMIT 1');
  await promisify(database.close.bind(database))();
  return hash;
}
