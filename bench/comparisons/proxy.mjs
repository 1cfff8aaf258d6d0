import { answerTo } from '../http-client.mjs';
import { sendFor } from '../load/load.mjs';
import { interleave, ratio, warmUp } from '../rounds.mjs';
import { startNginx } from '../servers/nginx.mjs';
import { startBare } from '../servers/others.mjs';
import { guardedGet, logInAdministrator, newFolder, startPersonas } from '../servers/personas.mjs';
import { number, percent, share, table } from '../table.mjs';

const CONNECTIONS = 32;
const ALONE = 'nginx alone';
/** What is changed of the documented configuration. */
const ROWS = {
  [ALONE]: [['auth_request /_verify;', '']],
  'nginx with `/auth/verify`, connections kept open': [],
  'nginx with `/auth/verify?scope=orders:read`': [['/auth/verify;', '/auth/verify?scope=orders:read;']],
  'nginx with `/auth/verify`, a connection for each check': [
    ['    keepalive 32;\n    keepalive_timeout 60s;\n', ''],
    ['proxy_set_header Connection "";', 'proxy_set_header Connection close;'],
  ],
};

/** What a check costs behind a proxy, next to the proxy alone. */
export async function proxy({ node, folder, progress, ...how }) {
  const personas = await startPersonas({ node, folder: newFolder(folder) });
  const request = guardedGet(await logInAdministrator(personas.url));
  const service = await startBare(node, await answerTo(personas.url, request));
  const contestants = {};
  for (const [name, changes] of Object.entries(ROWS)) {
    const { url, pid } = await startNginx(folder, { personas, service }, changes);
    // Each response is checked once in full; the load only counts statuses.
    await answerTo(url, request);
    contestants[name] = {
      pid: [pid, personas.pid, service.pid],
      run: (seconds) => sendFor(folder, { url, requests: [request], connections: CONNECTIONS, seconds }),
    };
  }
  await warmUp(contestants, progress);
  const results = await interleave(contestants, { ...how, progress });
  const lines = Object.entries(results).map(([name, result]) => [
    name,
    number(result.perSecond),
    share(ratio(result, results[ALONE], 'perSecond')),
    number(result.cpuMicros),
    number(result.cpuMicros - results[ALONE].cpuMicros),
    percent(result.busy),
  ]);
  const head = ['in front of a service', 'a second', 'of nginx alone', 'CPU µs', 'more', 'core busy'];
  return `### A check by a proxy

A GET with one JWT over ${CONNECTIONS} connections, through nginx as \`docs/proxies/nginx.md\` configures it, to a service that is a bare
\`node:http\` server. nginx has one worker. nginx, this server and the service share the one core, and "CPU µs" is the processor time
of all three for one response: "more" is the cost of the check, of which most is nginx's second request.

${table(head, lines)}`;
}
