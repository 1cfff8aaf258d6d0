// Sends requests with autocannon, in a separate process that can be pinned and that stays warm for the whole benchmark. Each
// message is a job of `autocannon.mjs`; the reply contains its result.
import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { percentile } from '../statistics.mjs';

/** The interval in which autocannon checks whether it is done. */
const SAMPLE_MS = 20;

/** Sends every request once, across all connections. */
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

/** Sends all requests repeatedly. Each connection starts at another offset, so that together they cover all. */
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
