import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { codeCaches, loadBundle } from './dist/load-bundle.js';

/**
 * The last step of a build: starts the bundled programs once, uses them a little, and writes what V8 has compiled next to the
 * bundle. It listens on this machine only, works in an empty folder and heeds no setting of its environment.
 */
const folder = mkdtempSync(join(tmpdir(), 'personas-build-'));
process.chdir(folder);
const PASSWORD = 'correct horse battery';
process.env = {
  HOST: '127.0.0.1',
  PORT: '0',
  METRICS_PORT: '0',
  // An RSA key takes seconds to make.
  JWT_ALGORITHM: 'ES256',
  BOOTSTRAP_PASSWORD: PASSWORD,
};

let output = '';
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  output += text;
  rest.find((one) => typeof one === 'function')?.();
  return true;
};

try {
  loadBundle('start');
  const url = await until(() => /answers at (\S+)/.exec(output)?.[1]);
  await until(async () => (await fetch(`${url}/health/ready`)).ok);
  const post = async (path, body, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization };
    return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const { Token: jwt } = await post('/user/login', { username: 'admin', password: PASSWORD });
  const { token } = await post('/authheader/add', { name: 'build' }, jwt);
  // Loads the library for passkeys, which no start loads.
  const { options } = await post('/user/login/passkey/options', {});
  if (options === undefined) throw new Error('The bundled server has not asked for a passkey');
  for (const authorization of [jwt, token]) {
    for (const path of ['/user/me', '/auth/verify', '/authheader/list']) {
      const { ok, status } = await fetch(url + path, { headers: { authorization } });
      if (!ok) throw new Error(`${path} answered ${status}`);
    }
  }
  process.argv = [process.execPath, 'personas', 'user', 'list'];
  await loadBundle('cli').finished;
  if (!output.includes('admin@example.com')) throw new Error('The command line has not listed the user');
  // Undoes `allocateYoung` of the server: V8 takes no cache that was made with other flags than those of a start.
  setFlagsFromString('--allocation-site-pretenuring');
  for (const { file, content } of codeCaches()) writeFileSync(file, content);
  process.exitCode = 0;
} catch (error) {
  write(`${output}\n`);
  throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

/** Waits for a value. */
async function until(ask) {
  for (let turn = 0; turn < 1000; turn++) {
    const value = await ask();
    if (value) return value;
    await sleep(20);
  }
  throw new Error('The bundled server has not started');
}
