// Sends requests with autocannon: a process of its own, so that it can be pinned, and one for a whole run, so that it is
// warm. Each message it gets is a job of `autocannon.mjs`, which it answers with what came of it.
import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { percentile } from '../statistics.mjs';

/** How often autocannon looks whether it is over. */
const SAMPLE_MS = 20;

/** Every request once, however many connections share them. */
function eachOnce(requests, onBody) {
  let next = 0;
  return {
    amount: requests.length,
    requests: [
      {
        setupRequest: (defaults) => {
          const { method = 'GET', path, headers = {}, body } = requests[next++];
          return { ...defaults, method, path, headers, body };
        },
        onResponse: (_status, body) => onBody?.(body),
      },
    ],
  };
}

/** All requests again and again; every connection begins elsewhere, so that together they go through them. */
function inTurn(requests, connections, seconds) {
  let client = 0;
  return {
    duration: seconds,
    setupClient: (connection) => {
      const first = Math.floor((client++ * requests.length) / connections);
      connection.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
    },
  };
}

function send({ url, requests, connections, seconds, collect, mayRefuse }) {
  const latencies = [];
  const collected = [];
  const onBody = collect === undefined ? undefined : (body) => collected.push(JSON.parse(body)[collect]);
  const plan = seconds === undefined ? eachOnce(requests, onBody) : inTurn(requests, connections, seconds);
  const options = { url, connections: Math.min(connections, requests.length), sampleInt: SAMPLE_MS, ...plan };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let ended = begun;
    const run = autocannon(options, (error, result) => {
      if (error) {
        reject(error);
        return;
      }
      const answers = result.statusCodeStats[200]?.count ?? 0;
      const elsewise = Object.entries(result.statusCodeStats).filter(([status]) => status !== '200');
      const refused = elsewise.filter(([status]) => Number(status) !== mayRefuse);
      resolve({
        answers,
        seconds: (ended - begun) / 1000,
        refused: refused.reduce((sum, [, { count }]) => sum + count, 0),
        toldToWait: result.statusCodeStats[mayRefuse]?.count ?? 0,
        failed: result.errors + result.timeouts,
        p50Ms: percentile(latencies, 0.5),
        p99Ms: percentile(latencies, 0.99),
        collected,
      });
    });
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      ended = performance.now();
      latencies.push(milliseconds);
    });
  });
}

process.on('message', (job) => {
  send(job).then(
    (outcome) => process.send({ outcome }),
    (error) => process.send({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
