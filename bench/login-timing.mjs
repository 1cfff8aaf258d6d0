// Measures the time of each login refusal. Different medians would be a timing side channel.
//   npm run build && node bench/login-timing.mjs
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import console from 'node:console';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const SAMPLES = 300;
const WARM_UP = 30;
/** Fewer attempts than close an account, together with the ten that some accounts get first. */
const TRIES_PER_ACCOUNT = 14;
const PASSWORD = 'correct horse battery';
const MAIN = resolve(import.meta.dirname, '../dist/main.js');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const folder = mkdtempSync(join(tmpdir(), 'personas-bench-'));
const server = spawn(process.execPath, [MAIN], {
  cwd: folder,
  env: { PATH: process.env.PATH, PORT: '0', TRUST_PROXY: '127.0.0.1', BOOTSTRAP_PASSWORD: PASSWORD },
});

let addresses = 0;
/** A new address, so that no network reaches its rate limit. */
function newAddress() {
  const count = ++addresses;
  return `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`;
}

/** @returns the status, the text and the duration in milliseconds. */
async function post(url, path, body, headers = {}) {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const begun = performance.now();
  const sent = request(url + path, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': length,
      'x-forwarded-for': newAddress(),
      ...headers,
    },
  });
  sent.end(text);
  const [response] = await once(sent, 'response');
  response.setEncoding('utf8');
  let answer = '';
  for await (const chunk of response) answer += chunk;
  return { status: response.statusCode, answer, ms: performance.now() - begun };
}

async function urlOf(child) {
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const found = /answers at (\S+)/.exec(output)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`The server did not start:\n${output}`);
}

const median = (numbers) => {
  const sorted = numbers.toSorted((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

try {
  const url = await urlOf(server);
  const login = await post(url, '/user/login', { username: 'admin', password: PASSWORD });
  const authorization = `Bearer ${JSON.parse(login.answer).Token}`;
  const accounts = Math.ceil((SAMPLES + WARM_UP) / TRIES_PER_ACCOUNT);

  /** Creates as many users of a kind as its samples need. */
  async function makeUsers(kind, prepare = async () => undefined) {
    for (let index = 0; index < accounts; index++) {
      const username = `${kind}-${index}`;
      const user = { username, email: `${username}@example.com`, password: `${PASSWORD} of all` };
      const { status, answer } = await post(url, '/user/add', user, { authorization });
      if (status !== 200) throw new Error(`Adding ${username} was answered ${status}: ${answer}`);
      await prepare(JSON.parse(answer));
    }
  }
  await makeUsers('wrong');
  await makeUsers('empty');
  await makeUsers('overlong');
  await makeUsers('disabled', ({ Id: id }) => post(url, '/user/disable', { id }, { authorization }));
  await makeUsers('throttled', async ({ Username: username }) => {
    const elsewhere = { 'x-forwarded-for': newAddress() };
    const tries = [];
    for (let index = 0; index < 11; index++) {
      tries.push((await post(url, '/user/login', { username, password: 'wrong' }, elsewhere)).status);
    }
    if (tries.at(-1) !== 429) throw new Error(`${username} is not throttled: ${tries.join()}`);
  });

  const kinds = {
    'unknown user': (index) => ({ username: `unknown-${index}`, password: 'wrong' }),
    'wrong password': (index) => ({ username: `wrong-${index}`, password: 'wrong' }),
    'disabled user, right password': (index) => ({ username: `disabled-${index}`, password: `${PASSWORD} of all` }),
    'throttled elsewhere, wrong password': (index) => ({ username: `throttled-${index}`, password: 'wrong' }),
    'empty password': (index) => ({ username: `empty-${index}`, password: '' }),
    'over-long password (5000)': (index) => ({ username: `overlong-${index}`, password: 'x'.repeat(5000) }),
  };
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  for (let round = 0; round < SAMPLES + WARM_UP; round++) {
    // Random order in each round, so that the order has no effect.
    for (const [kind, body] of Object.entries(kinds).toSorted(() => Math.random() - 0.5)) {
      const { status, ms } = await post(url, '/user/login', body(round % accounts));
      if (status !== 401) throw new Error(`${kind} was answered ${status}`);
      if (round >= WARM_UP) times[kind].push(ms);
    }
  }

  const overall = median(Object.values(times).flat());
  console.log(`${SAMPLES} samples each, interleaved; overall median ${overall.toFixed(2)} ms\n`);
  console.log(`${'refusal'.padEnd(38)}median ms   to overall`);
  for (const [kind, samples] of Object.entries(times)) {
    const own = median(samples);
    const share = `${own >= overall ? '+' : ''}${((own / overall - 1) * 100).toFixed(1)} %`;
    console.log(`${kind.padEnd(38)}${own.toFixed(2).padStart(9)}${share.padStart(13)}`);
  }
  const medians = Object.values(times).map(median);
  const spread = (Math.max(...medians) / Math.min(...medians) - 1) * 100;
  console.log(`\nfrom the fastest to the slowest: ${spread.toFixed(1)} %`);
  process.exitCode = spread <= 5 ? 0 : 1;
} finally {
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
  agent.destroy();
}
