/*
 * What checks cost in a service. Prints, as one line of JSON, the microseconds of processor time of each way; the rounds of the
 * ways are interleaved.
 *
 *   node guard-costs.mjs URL AUTH_HEADER JWT TOKEN ROUNDS
 */
import console from 'node:console';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { createGuard } from '../../dist/guard/lib/index.js';
import { answerTo } from '../http-client.mjs';
import { median } from '../statistics.mjs';

const CALLS = 3000;
/** Until a guard remembers what it has asked. */
const SETTLE_MS = 1100;

const [url, authHeader, jwt, token, rounds] = process.argv.slice(2);
const guard = createGuard({ url, authHeader });
await guard.ready();
await sleep(SETTLE_MS);
const keySet = createLocalJWKSet(JSON.parse((await answerTo(url, { path: '/.well-known/jwks.json' })).text));

const headersOf = (credential) => [
  ...[
    'Host',
    'localhost',
    'User-Agent',
    'bench',
    'Accept',
    '*/*',
    'Accept-Encoding',
    'gzip',
    'Connection',
    'keep-alive',
  ],
  ...['Authorization', `Bearer ${credential}`],
];
const [ofJwt, ofToken] = [headersOf(jwt), headersOf(token)];
const options = { algorithms: ['RS256'], issuer: 'elastic-personas', audience: 'elastic-personas' };
const ways = {
  none: async () => ofJwt,
  jwt: () => guard.check(ofJwt),
  token: () => guard.check(ofToken),
  jose: () => jwtVerify(jwt, keySet, options),
};

const costs = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
// The first round warms up.
for (let round = 0; round <= Number(rounds); round++) {
  for (const [name, check] of Object.entries(ways)) {
    const before = process.cpuUsage();
    for (let call = 0; call < CALLS; call++) await check();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) costs[name].push((user + system) / CALLS);
  }
}
guard.close();
console.log(JSON.stringify(Object.fromEntries(Object.entries(costs).map(([name, values]) => [name, median(values)]))));
process.exit();
