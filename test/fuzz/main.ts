import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { cheapProgram } from '../support/changed-program.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { newFolder, removeFolders } from '../support/folders.js';
import { startPostgres } from '../support/postgres-server.js';
import { Fuzzer } from './fuzzer.js';
import { mutantProgram, MUTANTS } from './mutants.js';
import { coverageReport, failureReport } from './report.js';
import { sharedOf, startFuzzed } from './target.js';

const {
  FUZZ_DATABASE = 'sqlite',
  FUZZ_REQUESTS = '100000',
  FUZZ_SEED = String(Date.now() % 2 ** 31),
  FUZZ_PATH,
  FUZZ_LANES = '8',
  FUZZ_MEMORY,
  FUZZ_MUTANT,
} = process.env;
/** How many points the curve of the memory has, and how many lines the progress. */
const POINTS = 400;

/** `npm run fuzz`: CONTRIBUTING.md tells the variables. */
async function main(): Promise<boolean> {
  const ends: (() => unknown)[] = [removeFolders];
  try {
    const postgres = FUZZ_DATABASE === 'postgres' ? await startPostgres() : undefined;
    if (postgres !== undefined) ends.unshift(() => postgres.stop());
    const env: Record<string, string> = {};
    if (postgres !== undefined) env.DATABASE_URL = await makeFolderDatabase(postgres.url, newFolder());
    const server = await startFuzzed(FUZZ_MUTANT === undefined ? cheapProgram() : mutantProgram(FUZZ_MUTANT), env);
    ends.unshift(() => server.stop());
    // Ends what it has started when it is told to end itself.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        process.kill(server.pid, 'SIGKILL');
        process.exit(130);
      });
    }
    const requests = Number(FUZZ_REQUESTS);
    print(`Seed ${FUZZ_SEED}, ${requests} requests on ${FUZZ_DATABASE}, server process ${server.pid}`);
    const startMs = Date.now();
    const every = Math.ceil(requests / POINTS);
    let next = 0;
    if (FUZZ_MEMORY !== undefined) writeFileSync(FUZZ_MEMORY, 'requests,seconds,server_rss_mib,fuzzer_rss_mib\n');
    const shared = await sharedOf(server);
    const result = await new Fuzzer({
      url: server.url,
      shared,
      seed: Number(FUZZ_SEED),
      requests,
      lanes: Number(FUZZ_LANES),
      ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
      onSequence: (count) => {
        if (count < next) return;
        next = count + every;
        const seconds = (Date.now() - startMs) / 1000;
        const point = [count, seconds.toFixed(0), rssMib(server.pid), rssMib(process.pid)];
        print(`${point[0]} requests, ${point[1]} s, server ${point[2]} MiB, fuzzer ${point[3]} MiB`);
        if (FUZZ_MEMORY !== undefined) appendFileSync(FUZZ_MEMORY, `${point.join(',')}\n`);
      },
    }).run();
    print(coverageReport(result));
    const { user, system } = process.cpuUsage();
    print(`CPU: server ${cpuSeconds(server.pid)} s, fuzzer ${((user + system) / 1e6).toFixed(1)} s`);
    if (result.failure === undefined) return true;
    print(failureReport(result.failure, `FUZZ_DATABASE=${FUZZ_DATABASE} npm run fuzz`, shared.root));
    print(`What the server printed last:\n${server.output().slice(-2000)}`);
    return false;
  } finally {
    for (const end of ends) await end();
  }
}

/** The resident memory of a process, as Linux tells it. */
function rssMib(pid: number): string {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) / 1024).toFixed(1);
}

/** The CPU time of a process. Linux counts it in hundredths of a second. */
function cpuSeconds(pid: number): string {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / 100).toFixed(1);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (isFine) => process.exit(isFine ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\nMutants: ${MUTANTS.join(', ')}\n`);
    process.exit(2);
  },
);
