import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SIZES } from '../cluster/sizes.js';
import { timeUntil } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { until } from '../support/mail-server.js';
import { useServer } from '../support/use-server.js';
import { CrashLoad } from './crash-load.js';
import { startAgain, tell, useSoak } from './use-soak.js';

const { mails, main, settings } = useSoak();

function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('After a kill amid all kinds of changes, every acknowledged one is there, and nothing revoked is accepted', () => {
  const { server, client, database } = useServer({
    get main() {
      return main();
    },
    get env() {
      return settings();
    },
  });

  it(`of the server, ${SIZES.crashes} times`, async () => {
    const load = new CrashLoad(client, database, mails);
    for (let round = 0; round < SIZES.crashes; round++) {
      await load.round(async () => {
        await server.stop('SIGKILL');
        await startAgain(server);
      });
    }
    await load.end(server.folder, settings());
    tell('A server', load);
  });
});

describe('After a kill amid changes on two workers, every acknowledged one is there, and nothing revoked is accepted', () => {
  const { server, client, database } = useServer({
    get main() {
      return main();
    },
    get env() {
      return { ...settings(), WORKERS: '2' };
    },
  });

  it(`of a worker or of their supervisor, ${SIZES.crashesOfWorkers} times`, async () => {
    const load = new CrashLoad(client, database, mails);
    for (let round = 0; round < SIZES.crashesOfWorkers; round++) {
      await load.round(async () => {
        const workers = childrenOf(server.process.pid);
        const [victim = 0] = workers;
        if (round % 2 === 0) {
          process.kill(victim, 'SIGKILL');
          await timeUntil(() => Promise.resolve(childrenOf(server.process.pid).filter(isAlive).length === 2));
          // The connections of the worker break at their next request.
          await until(() =>
            fetch(`${server.url}/health/ready`).then(
              ({ ok }) => ok || undefined,
              () => undefined,
            ),
          );
        } else {
          await server.stop('SIGKILL');
          // Nobody would end them, and they would go on serving.
          await timeUntil(() => Promise.resolve(!workers.some(isAlive)));
          await startAgain(server);
        }
        await sleep(REVOCATION_DELAY_MS);
      });
    }
    await load.end(server.folder, settings());
    tell('Two workers', load);
  });
});
