import { answerTo } from '../http-client.mjs';
import { interleave, PROCESSES, ratio, startProcesses, warmUp } from '../rounds.mjs';
import { guardedGet, startPersonas } from '../servers/personas.mjs';
import { number, share, table } from '../table.mjs';
import { coldRun, CONNECTIONS, forgettingOf, PASS, pass, seeded } from './stored.mjs';

const SIZES = [1000, 1_000_000];
const GOAL = 1.2;

/** The cost of a check on a cold cache, with few and with many stored auth headers. */
export async function growth(context) {
  const { node, progress, ...how } = context;
  const contestants = {};
  for (const size of SIZES) {
    const { folder: own, tokens } = await seeded(context, size);
    const few = tokens.slice(0, PASS);
    const inRound = await startProcesses(async () => {
      const server = await startPersonas({ node, folder: own });
      await answerTo(server.url, guardedGet(tokens[0]));
      const warm = () => pass([server], few);
      return {
        cold: { run: coldRun([server], forgettingOf({ folder: own }), tokens) },
        warm: { prepare: warm, run: warm },
      };
    });
    for (const state of ['cold', 'warm']) {
      contestants[`${size}, ${state}`] = (round) => inRound(round)[state];
    }
  }
  await warmUp(contestants, progress, PROCESSES);
  const results = await interleave(contestants, { ...how, progress });

  const base = results[`${SIZES[0]}, cold`];
  const lines = SIZES.flatMap((size) =>
    ['cold', 'warm'].map((state) => {
      const result = results[`${size}, ${state}`];
      const isAim = size !== SIZES[0] && state === 'cold';
      return [
        `${number(size)} stored, cache ${state}`,
        number(result.cpuMicros),
        state === 'cold' ? share(ratio(result, base, 'cpuMicros')) : '',
        isAim ? `≤ ${GOAL}` : '',
        number(result.perSecond),
      ];
    }),
  );
  for (const size of SIZES) {
    if (results[`${size}, cold`].cpuMicros <= results[`${size}, warm`].cpuMicros) {
      throw new Error('The cache was not cold: these numbers say nothing.');
    }
  }
  return `### Growth

\`GET /user/me\` with auth headers. Each is used once, then the cache is emptied, as \`personas revoke-everything\` empties it.
They are sent ${number(PASS)} at a time over ${CONNECTIONS} connections, to ${PROCESSES} processes on each database in turn, one round each. In the larger
database they are spread over all rows. The cost is the processor time of a response.

${table(['', 'CPU µs', 'to the first', 'goal', 'a second'], lines)}`;
}
