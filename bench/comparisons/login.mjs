import { answerTo } from '../http-client.mjs';
import { sendEach } from '../load/load.mjs';
import { CORES } from '../processes.mjs';
import { interleave, ratio, warmUp } from '../rounds.mjs';
import { loginOf, makePeople, newFolder, startPersonas } from '../servers/personas.mjs';
import { hashFor, storedHash } from '../servers/raw-hash.mjs';
import { number, percent, share, table } from '../table.mjs';

const CONNECTIONS = 4;
const PEOPLE = 16;
const GOAL = 0.85;
/** The number in the first run, which measures how many fit into the time. */
const FIRST_LOGINS = 40;

/** A login, compared with the password hash that it requires. */
export async function login({ node, folder, progress, ...how }) {
  const own = newFolder(folder);
  const { url, pid } = await startPersonas({ node, folder: own });
  const people = await makePeople(url, PEOPLE);
  for (const person of people) await answerTo(url, loginOf(person));
  const stored = await storedHash(own);
  let logins = FIRST_LOGINS;
  const contestants = {
    hash: { run: (seconds) => hashFor({ node, cores: CORES.server, seconds, stored }) },
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

\`POST /user/login\` over ${CONNECTIONS} connections, of ${PEOPLE} users, compared with \`verify\` of \`@node-rs/argon2\`, one at a time, with a hash that
the server stored (Argon2id, \`${parameters}\`). Each of the two has the same single core to itself while it runs.

${table(
  ['', 'a second', 'of the hash', 'goal', 'CPU ms', 'core busy'],
  [line('the hash alone', hash, ''), line('`POST /user/login`', whole, `≥ ${GOAL.toFixed(2)}`)],
)}`;
}
