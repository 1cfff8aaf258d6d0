import { describeWithNginx } from '../support/nginx.js';
import { logIn } from './credentials.js';
import { MixedLoad } from './load.js';
import { report, SIZES } from './sizes.js';
import { useCluster } from './use-cluster.js';

const CLIENTS = 6;

describeWithNginx('Instances behind the nginx of deploy/nginx.conf', () => {
  const used = useCluster(() => ({ withNginx: true }));

  it('are replaced one by one under load, and no request fails', async () => {
    const { url, instances } = used.cluster;
    const load = await MixedLoad.on(Array<string>(CLIENTS).fill(url), used.maker, await logIn(url), 2);
    const times: number[] = [];
    try {
      for (let roll = 0; roll < SIZES.rolls; roll++) {
        for (const instance of instances) {
          const beganMs = performance.now();
          await instance.stop('SIGTERM');
          await instance.start();
          times.push(performance.now() - beganMs);
        }
      }
    } finally {
      const { answered, failures } = await load.stop();
      report(`An instance was replaced, ${answered} requests answered`, times);
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(CLIENTS);
    }
  });
});
