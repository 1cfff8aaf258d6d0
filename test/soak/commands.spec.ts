import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SIZES } from '../cluster/sizes.js';
import { CLI, run } from '../support/command-line.js';
import { REVOCATION_DELAY_MS } from '../support/database.js';
import { makeFolderDatabase } from '../support/folder-database.js';
import { environmentOf, postgresUrl } from '../support/launch.js';
import { newFolder } from '../support/server.js';
import { TESTED_DATABASE } from '../support/tested-database.js';
import { useServer } from '../support/use-server.js';

const { server, client, database } = useServer();
const isSqlite = TESTED_DATABASE === 'sqlite';
const AUTH_HEADERS = 100;

interface Command {
  readonly args: () => string[] | Promise<string[]>;
  /** What the second run may say where the first had ended before it was killed. */
  readonly isDone?: RegExp;
  readonly onlySqlite?: boolean;
}

let backup: string | undefined;
let target: string;
const tokens: string[] = [];

beforeAll(async () => {
  const jwt = await client.logIn();
  for (let count = 0; count < AUTH_HEADERS; count++) tokens.push((await client.addAuthHeader(jwt)).token);
});

/** With the secret and the keys of now. */
async function backedUp(): Promise<string> {
  if (backup !== undefined) return backup;
  backup = join(newFolder(), 'backup.sqlite');
  expect((await run(server, ['database', 'backup', backup])).code).toBe(0);
  return backup;
}

const COMMANDS: Record<string, Command> = {
  'secret rotate': { args: () => ['secret', 'rotate'] },
  'key rotate --compromised': { args: () => ['key', 'rotate', '--compromised', '--yes'] },
  'database copy': {
    args: () => ['database', 'copy', '--to', target],
    isDone: /has rows/,
  },
  'database backup': {
    args: () => ['database', 'backup', join(newFolder(), 'killed.sqlite')],
    onlySqlite: true,
  },
  'database restore': { args: async () => ['database', 'restore', await backedUp(), '--yes'], onlySqlite: true },
};

/** Runs a command, and kills it after a time. @returns whether it was killed before its end. */
async function runAndKill(args: readonly string[], afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: server.folder,
    env: await environmentOf(server.folder, {}),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [code] = await ended;
  clearTimeout(timer);
  return code === null;
}

async function expectWhole(): Promise<void> {
  // The server hears within this time of a key that the command has taken away, and may sign with it until then.
  await sleep(REVOCATION_DELAY_MS);
  const jwt = await client.logIn();
  tokens.push((await client.addAuthHeader(jwt)).token);
  for (let count = 0; count < 20; count++) {
    const token = tokens[Math.floor(Math.random() * AUTH_HEADERS)] ?? '';
    expect((await client.get('/user/me', token)).status).toBe(200);
  }
  const list = await client.get<{ token: string }[]>('/authheader/list?limit=1000', jwt);
  expect([list.status, list.text.includes('…')]).toEqual([200, false]);
  const [{ active } = { active: 0 }] = await database.query<{ active: number | string }>(
    `SELECT COUNT(*) AS active FROM signing_key WHERE state = 'active'`,
  );
  expect(Number(active)).toBe(1);
  expect(await database.faults()).toEqual([]);
}

describe('After a command was killed in its middle, everything opens, and a second run finishes it', () => {
  const commands = Object.entries(COMMANDS).filter(([, { onlySqlite = false }]) => isSqlite || !onlySqlite);

  it.each(commands)(`%s, ${SIZES.killedCommands} times`, async (name, { args, isDone }) => {
    let [killed, whole] = [0, 0];
    const newTarget = async (): Promise<void> => {
      const folder = newFolder();
      target = isSqlite
        ? `sqlite:${join(folder, 'copy.sqlite')}`
        : await makeFolderDatabase(postgresUrl(), join(folder, 'copy'));
    };
    await newTarget();
    const beganMs = performance.now();
    const first = await run(server, await args());
    expect([first.code, first.stderr]).toEqual([0, expect.anything()]);
    const lengthMs = performance.now() - beganMs;
    for (let round = 0; round < SIZES.killedCommands; round++) {
      await newTarget();
      const own = await args();
      // A command loads for the first third of its time.
      const isKilled = await runAndKill(own, lengthMs * (0.3 + 0.8 * Math.random()));
      killed += isKilled ? 1 : 0;
      if (!isKilled) whole += 1;
      await expectWhole();
      if (isKilled) {
        const again = await run(server, own);
        if (again.code !== 0)
          expect([name, again.stderr]).toEqual([name, expect.stringMatching(isDone ?? /exists already/)]);
        await expectWhole();
      }
      const left = readdirSync(join(server.folder, 'data')).filter((file) => file.includes('draft-'));
      expect(left).toEqual([]);
      if (name === 'database backup') expect(existsSync(own.at(-1) ?? '')).toBe(true);
      if (name === 'secret rotate') expect(existsSync(join(server.folder, 'data/secret-key.previous'))).toBe(false);
    }
    // A start on what is left, as after a crash of both.
    await server.stop('SIGKILL');
    await server.start();
    await expectWhole();
    process.stderr.write(`${name}: killed ${killed} times, and at its end before ${whole} times\n`);
  });
});
