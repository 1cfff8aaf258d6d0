// better-auth and its API keys behind a bare node:http server: it listens, prints the data for the load in one line of
// JSON, and runs until it is stopped.
//   node better-auth-server.mjs <an empty folder> <keys of the user who lists> [<URL of a PostgreSQL instead of SQLite>]
/* global Headers */
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { jwt } from 'better-auth/plugins';
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';

const [folder, listedKeys, databaseUrl] = process.argv.slice(2);
const BASE_URL = 'http://localhost';
const PASSWORD = 'correct horse battery';
const database = databaseUrl === undefined ? await openSqlite() : new pg.Pool({ connectionString: databaseUrl });

/** The fastest of its documented drivers: Node's own if available, else better-sqlite3. */
async function openSqlite() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const hasOwnDriver = major > 22 || (major === 22 && minor >= 13);
  const Database = hasOwnDriver ? (await import('node:sqlite')).DatabaseSync : (await import('better-sqlite3')).default;
  const opened = new Database(join(folder, 'better-auth.sqlite'));
  opened.exec('PRAGMA journal_mode = WAL');
  // Weaker than FULL, which our server uses: every key check writes here, and FULL would make the comparison unfair.
  opened.exec('PRAGMA synchronous = NORMAL');
  return opened;
}

const auth = betterAuth({
  baseURL: BASE_URL,
  secret: 'a secret of the benchmarks, of no use elsewhere',
  database,
  logger: { disabled: true },
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  emailAndPassword: { enabled: true },
  // The documented way to check a session without a query. It lasts longer than any run.
  session: { cookieCache: { enabled: true, maxAge: 86_400 } },
  plugins: [jwt({ jwt: { expirationTime: '1d' } }), apiKey({ rateLimit: { enabled: false } })],
});
await (await getMigrations(auth.options)).runMigrations();

/** Servers on one database have users of their own. */
const emailOf = (name) => `${name}-${process.pid}@example.com`;

/** Signs a user up. @returns the headers that a browser would send afterwards. */
async function signUp(name) {
  const answer = await auth.api.signUpEmail({
    body: { name, email: emailOf(name), password: PASSWORD },
    asResponse: true,
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return new Headers({ cookie: cookies.join('; ') });
}
const maker = await signUp('maker');
const lister = await signUp('lister');
for (let count = 0; count < Number(listedKeys); count++) {
  await auth.api.createApiKey({ body: { name: `listed ${count}` }, headers: lister });
}
const { token } = await auth.api.getToken({ headers: maker });
const { key } = await auth.api.createApiKey({ body: { name: 'checked' }, headers: maker });

const routes = {
  '/check-jwt': async ({ authorization = '' }) => {
    const { payload } = await auth.api.verifyJWT({ body: { token: authorization.slice('Bearer '.length) } });
    return payload === null ? undefined : { userId: payload.sub };
  },
  '/check-key': async ({ 'x-api-key': given }) => {
    const { valid, key: found } = await auth.api.verifyApiKey({ body: { key: given } });
    return valid ? { userId: found.referenceId } : undefined;
  },
  '/log-in': (_headers, body) => auth.api.signInEmail({ body }),
  '/add': ({ cookie }, body) => auth.api.createApiKey({ body, headers: new Headers({ cookie }) }),
  '/list': ({ cookie }) => auth.api.listApiKeys({ headers: new Headers({ cookie }) }),
  '/delete': ({ cookie }, body) => auth.api.deleteApiKey({ body, headers: new Headers({ cookie }) }),
};

async function answer(request, response) {
  let text = '';
  if (request.method === 'POST') for await (const chunk of request) text += chunk;
  let status = 200;
  let answered;
  try {
    answered = await routes[request.url](request.headers, text === '' ? undefined : JSON.parse(text));
    if (answered === undefined) status = 401;
  } catch (error) {
    status = error.statusCode ?? 500;
    answered = { error: String(error) };
  }
  const content = JSON.stringify(answered ?? {});
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(content),
  });
  response.end(content);
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const [makerCookie, listerCookie] = [maker, lister].map((headers) => headers.get('cookie'));
  const login = { email: emailOf('maker'), password: PASSWORD };
  process.stdout.write(`${JSON.stringify({ url, jwt: token, key, makerCookie, listerCookie, login })}\n`);
});
