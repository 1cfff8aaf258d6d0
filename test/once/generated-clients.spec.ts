import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ADMIN, newFolder } from '../support/server.js';
import { useSharedServer } from '../support/use-server.js';

const run = promisify(execFile);

const MODULES = resolve(__dirname, '../../node_modules');
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'built',
  },
  include: ['**/*.ts'],
};

const { username, email, password } = ADMIN;
const LOGIN = JSON.stringify({ username, password });

/** Programs as somebody writes them against a generated client; a mistake that compiles is one too. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'openapi-typescript': `
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript/api.js';

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '' });
const door = await client.POST('/{locale}/api/v1/accounts/login', {
  params: { path: { locale: 'en' } },
  body: { account: { email: '${email}', password: '${password}' } },
});
const header = door.response.headers.get('Authorization');
const { data, error } = await client.POST('/user/login', { body: ${LOGIN} });
if (data === undefined) throw new Error(error.message);
const me = await client.GET('/user/me', { headers: { Authorization: \`Bearer \${data.Token}\` } });
const refused = await client.GET('/user/me');
// @ts-expect-error -- a password is missing
const wrong = await client.POST('/user/login', { body: { username: 'x' } });
console.log(JSON.stringify([
  door.data?.status.success, header?.slice(0, 10), me.data?.Username, refused.error?.code, wrong.error?.details?.[0]?.field,
]));
`,
  '@hey-api/openapi-ts': `
import { client } from './hey-api/client.gen.js';
import { getCurrentUser, logIn, logInWithEmail } from './hey-api/sdk.gen.js';

client.setConfig({ baseUrl: process.argv[2] ?? '' });
const door = await logInWithEmail({
  path: { locale: 'en' },
  body: { account: { email: '${email}', password: '${password}' } },
});
const header = door.response?.headers.get('Authorization');
const { data, error } = await logIn({ body: ${LOGIN} });
if (data === undefined) throw new Error(error.message);
const refused = await getCurrentUser();
client.setConfig({ auth: ({ scheme }) => (scheme === 'bearer' ? data.Token : undefined) });
const me = await getCurrentUser();
// @ts-expect-error -- a password is missing
const wrong = await logIn({ body: { username: 'x' } });
console.log(JSON.stringify([
  door.data?.status.success, header?.slice(0, 10), me.data?.Username, refused.error?.code, wrong.error?.details?.[0]?.field,
]));
`,
};

const { server } = useSharedServer();
const folder = newFolder();

beforeAll(async () => {
  symlinkSync(MODULES, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${server.url}/openapi.json`)).text());
  await Promise.all([
    call('openapi-typescript', ['openapi.json', '--output', 'openapi-typescript/api.ts']),
    call('openapi-ts', ['--input', 'openapi.json', '--output', 'hey-api', '--no-log-file']),
  ]);
  for (const [index, program] of Object.values(PROGRAMS).entries()) {
    writeFileSync(join(folder, `program-${index}.ts`), program);
  }
});

async function call(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(MODULES, '.bin', command), [...args], { cwd: folder });
  return stdout;
}

describe('A client generated from the document', () => {
  it('compiles, strictly', async () => {
    await expect(
      call('../typescript-native/bin/tsc', []).catch((error: unknown) => (error as { stdout: string }).stdout),
    ).resolves.toBe('');
  });

  it.each(Object.keys(PROGRAMS))('logs in at both doors and asks who it is: %s', async (name) => {
    const program = join(folder, 'built', `program-${Object.keys(PROGRAMS).indexOf(name)}.js`);
    const { stdout } = await run(process.execPath, [program, server.url]);
    expect(JSON.parse(stdout)).toEqual([
      'Login sucessfully.',
      'Bearer eyJ',
      ADMIN.username,
      'credential_required',
      'password',
    ]);
  });
});
