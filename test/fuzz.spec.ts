import { Fuzzer } from './fuzz/fuzzer.js';
import { failureReport } from './fuzz/report.js';
import { FUZZED_SETTINGS, sharedOf } from './fuzz/target.js';
import { cheapProgram } from './support/changed-program.js';
import { startServer } from './support/server.js';
import { TESTED_DATABASE } from './support/tested-database.js';

/** The same requests in each run. `npm run fuzz` makes others, and many more. */
const SEED = 20_261_126;
const REQUESTS = 1000;

describe('Requests made from the OpenAPI document, valid and broken, of several users at once', () => {
  it('get what the document allows, and show and change nothing of another user', async () => {
    const server = await startServer({ main: cheapProgram(), env: FUZZED_SETTINGS });
    const shared = await sharedOf(server);
    const fuzzer = new Fuzzer({ url: server.url, shared, seed: SEED, requests: REQUESTS, lanes: 4 });
    const { failure, statuses } = await fuzzer.run();
    if (failure !== undefined) {
      throw new Error(failureReport(failure, `FUZZ_DATABASE=${TESTED_DATABASE} npm run fuzz`, shared.root));
    }
    const operations = shared.contract.operations().map(({ method, path }) => `${method} ${path}`);
    expect([...statuses.keys()].sort()).toEqual(operations.sort());
    const codes = [...statuses.values()].flatMap((counts) => [...counts.keys()]);
    expect([...new Set(codes)]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 415]));
  });
});
