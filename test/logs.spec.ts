import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { timeUntil } from './support/command-line.js';
import { begin, complete, enrol, passSteps } from './support/authenticator.js';
import { claimsOf, newAddress, parseAnswer, sendRaw } from './support/client.js';
import { ConsoleVisitor } from './support/console-visitor.js';
import { lineOfRequest, LOG_FIELDS, logLinesOf } from './support/log-lines.js';
import { MailServer, tokenIn } from './support/mail-server.js';
import { eagerProgram } from './support/mailing-server.js';
import { ADMIN, BEHIND_PROXY, newFolder, startServer } from './support/server.js';
import { useServer } from './support/use-server.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const SECRET_KEY = 'a secret that no log may have, of 32 bytes or more';

const mails = new MailServer();
beforeAll(() => mails.start());
afterAll(() => mails.stop());

const { server, client, database } = useServer({
  get main() {
    return eagerProgram();
  },
  get env() {
    return {
      ...BEHIND_PROXY,
      SECRET_KEY,
      PUBLIC_URL: 'http://127.0.0.1',
      SMTP_URL: mails.url,
      MAIL_FROM: 'login@example.com',
      LOG_FORMAT: 'json',
      LOG_REQUESTS: 'all',
    };
  },
});

/** Sends a request to the letter and hangs up. */
function sendAndLeave(request: string): Promise<void> {
  const { port, hostname } = new URL(server.url);
  return new Promise((done, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(request, () => {
        setTimeout(() => socket.destroy(), 100);
      });
    });
    socket.on('error', reject);
    socket.on('close', () => {
      done();
    });
  });
}

/** Everything that comes back until the server closes the connection. */
async function answersTo(requests: string): Promise<string> {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(requests);
  return text(socket);
}

describe('With LOG_REQUESTS=all', () => {
  const from = newAddress();
  let jwt: string;

  beforeAll(async () => {
    jwt = await client.from(from).logIn();
  });

  it('a request is one line, which names who asked for what by which credential from where', async () => {
    const { id, token } = await client.addAuthHeader(jwt);
    const { sub, jti } = claimsOf(jwt);
    const traced = { traceparent: `00-${TRACE}-${SPAN}-01`, 'x-forwarded-for': from };
    for (const [kind, credentialId, credential] of [
      ['jwt', jti, jwt],
      ['auth-header', id, token],
    ] as const) {
      // The second and the third are answered by the fast path.
      for (let time = 0; time < 3; time++) {
        const headers = { ...traced, authorization: `Bearer ${credential}` };
        const answer = await client.call('GET', '/user/me', { headers });
        const line = await lineOfRequest(server, answer.headers.get('x-request-id'));
        expect(line).toEqual({
          '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
          'log.level': 'info',
          'log.logger': 'Requests',
          message: expect.stringMatching(/^GET \/user\/me 200 \(/) as string,
          'event.action': 'request',
          'event.outcome': 'success',
          'http.request.id': answer.headers.get('x-request-id'),
          'http.request.method': 'GET',
          'url.path': '/user/me',
          'http.response.status_code': 200,
          'event.duration': expect.any(Number) as number,
          'source.ip': from,
          'user.id': sub,
          'personas.credential.kind': kind,
          'personas.credential.id': credentialId,
          'trace.id': TRACE,
          'span.id': SPAN,
          'process.pid': server.process.pid,
          'service.name': 'elastic-personas',
          'service.version': expect.any(String) as string,
          'ecs.version': expect.any(String) as string,
        });
        expect(line['event.duration']).toBeGreaterThan(0);
        // Each request has one line.
        const lines = logLinesOf(server).filter((one) => one['http.request.id'] === line['http.request.id']);
        expect(lines).toHaveLength(1);
      }
    }
  });

  it.each([
    ['GET', '/kittens/5', 401, '/kittens/:id', 'credential_required'],
    ['GET', '/nothing/at/all', 404, undefined, 'unknown_path'],
    ['PUT', '/user/login', 405, undefined, 'method_not_allowed'],
    ['GET', '/%zz', 400, undefined, 'malformed_url'],
    ['GET', '/console/users', 303, '/console/users', undefined],
    ['GET', '/docs/reference.css', 200, '/docs/reference.css', undefined],
    ['POST', '/oauth/introspect', 401, '/oauth/introspect', 'credential_required'],
  ])('the line of %s %s has the status %d and the route %s', async (method, path, status, route, code) => {
    const answer = await fetch(server.url + path, { method, redirect: 'manual' });
    await answer.text();
    const line = await lineOfRequest(server, answer.headers.get('x-request-id'));
    const said = [line['http.response.status_code'], line['url.path'], line['error.code'], line['event.outcome']];
    expect(said).toEqual([status, route, code, status < 400 ? 'success' : 'failure']);
  });

  it('what is no request is a line too, and a request whose client hangs up', async () => {
    const nonsense = parseAnswer(await sendRaw(server, 'nonsense\r\n\r\n'));
    expect(await lineOfRequest(server, nonsense.headers.get('x-request-id'))).toMatchObject({
      'error.code': 'malformed_request',
      'http.response.status_code': 400,
      'source.ip': '127.0.0.1',
    });
    const broken =
      'POST /user/login HTTP/1.1\r\nHost: a\r\nX-Request-Id: broken\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
    await sendRaw(server, broken);
    expect(await lineOfRequest(server, 'broken')).toMatchObject({ 'error.code': 'malformed_request' });
    const { after } = (await client.get<{ after: string }>('/auth/revocations', jwt)).body;
    const query = new URLSearchParams({ after, waitMs: '1000' }).toString();
    const news = `GET /auth/revocations?${query} HTTP/1.1\r\nHost: a\r\nX-Request-Id: left`;
    await sendAndLeave(`${news}\r\nAuthorization: Bearer ${jwt}\r\n\r\n`);
    const left = await lineOfRequest(server, 'left');
    expect(left).toMatchObject({ 'event.outcome': 'unknown', 'url.path': '/auth/revocations' });
    expect(left).not.toHaveProperty(['http.response.status_code']);
    expect(logLinesOf(server).filter((line) => line['http.request.id'] === 'broken')).toHaveLength(1);
  });

  it('nothing that a client sends can end a line or hide in one', async () => {
    const forged = '{"log.level":"error","message":"forged"}';
    const hostile = [`/a%0a${forged}`, `/a%0d%0a${forged}`, '/a%E2%80%A8b', '/a%1b[2K', `/x?a=%0a${forged}`];
    for (const path of hostile) {
      const lines = ['Host: a', 'Connection: close', `User-Agent: a\u0085${forged}`, `X-Request-Id: a${forged}`];
      const answer = await sendRaw(server, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      const { headers } = parseAnswer(answer);
      await lineOfRequest(server, headers.get('x-request-id'));
    }
    await sendRaw(server, `GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000${forged}\r\n\r\n`);
    expect(server.output()).not.toContain('forged');
    expect(logLinesOf(server).length).toBeGreaterThan(hostile.length);
  });

  it('a fault has the id, the code and the trace of its request', async () => {
    await database.refuse('INSERT', 'session');
    const headers = { traceparent: `00-${TRACE}-${SPAN}-00` };
    const body = { username: ADMIN.username, password: ADMIN.password };
    const answer = await client.call('POST', '/user/login', { headers, body });
    await database.allow('INSERT', 'session');
    expect(answer.status).toBe(500);
    const id = answer.headers.get('x-request-id') ?? '';
    const fault = logLinesOf(server).find((line) => line['event.action'] === 'fault');
    const of = { 'http.request.id': id, 'error.code': 'internal_error', 'trace.id': TRACE, 'url.path': '/user/login' };
    expect(fault).toMatchObject({ ...of, 'log.level': 'error' });
    expect(await lineOfRequest(server, id)).toMatchObject({ ...of, 'http.response.status_code': 500 });
  });
});

describe('No secret is in the log', () => {
  it('of logins, auth headers, second factors, resets, the console and OAuth clients', async () => {
    const secrets: string[] = [SECRET_KEY, ADMIN.password];
    const keep = (...some: (string | undefined)[]): void => {
      for (const one of some) {
        if (one === undefined || one.length < 6) throw new Error(`No secret among ${String(some)}`);
        secrets.push(one);
      }
    };
    const stranger = () => client.from(newAddress());
    const jwt = await stranger().logIn();
    keep(jwt, jwt.split('.')[1]);
    const wrong = 'a wrong password of somebody';
    const typed = 'a password in the field of names';
    await stranger().post('/user/login', { username: ADMIN.username, password: wrong });
    await stranger().post('/user/login', { username: typed, password: wrong });
    await stranger().post('/en/api/v1/accounts/login', { account: { email: ADMIN.email, password: wrong } });
    keep(wrong, typed);
    const added = await client.addAuthHeader(jwt, { name: 'a', rateLimit: { limit: 2, windowSeconds: 60 } });
    const caller = await client.addAuthHeader(jwt, { name: 'b' });
    keep(added.token, caller.token);
    const ways = { authorization: `Bearer ${added.token}`, 'x-authorization': added.token, 'x-api-key': added.token };
    for (const [name, value] of Object.entries(ways)) {
      for (const path of ['/user/me', `/auth/verify?scope=${added.token}`, `/kittens/${added.token}`, '/nothing'])
        await fetch(`${server.url}${path}?token=${caller.token}`, { headers: { [name]: value, cookie: jwt } });
    }
    const rotated = await client.post<{ token: string }>('/authheader/rotate', { id: added.id }, jwt);
    keep(rotated.body.token);
    const basic = Buffer.from(`${caller.id}:${caller.token}`).toString('base64');
    keep(basic);
    const asClient = (path: string, parameters: Record<string, string>) =>
      client.call<{ access_token?: string }>('POST', path, {
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams(parameters),
      });
    for (const token of [jwt, jwt, rotated.body.token]) await asClient('/oauth/introspect', { token });
    keep((await asClient('/oauth/token', { grant_type: 'client_credentials' })).body.access_token);
    await asClient('/oauth/revoke', { token: caller.token });

    const name = 'secretive';
    await database.addUser(name);
    const own = await stranger().logIn(name);
    const { app, secret, recoveryCodes } = await enrol(client, own);
    keep(own, secret, ...recoveryCodes);
    await passSteps(database);
    const here = stranger();
    const step = (await begin(here, name, ADMIN.password)).body.secondFactor.token;
    await complete(here, step, app.wrong());
    keep(step, (await complete(here, step, app.code())).body.Token);

    const forgetful = 'forgetful';
    await database.addUser(forgetful);
    await stranger().post('/user/forgot', { email: `${forgetful}@example.com` });
    const link = tokenIn(await mails.waitFor(`${forgetful}@example.com`, 1));
    const newPassword = 'a quieter place to read';
    await stranger().post('/user/password/reset', { token: link, newPassword });
    await stranger().post('/user/password/reset', { token: link, newPassword });
    keep(link, newPassword);
    const managed = await client.post<{ InitialPassword: string }>(
      '/user/add',
      { username: 'novice', email: 'novice@example.com' },
      jwt,
    );
    keep(managed.body.InitialPassword);

    const visitor = await new ConsoleVisitor(server, newAddress()).logIn();
    keep(visitor.cookie.replace(/^.*?=/, ''));
    await visitor.get('/auth-headers');
    await visitor.get(`/reset?token=${link}`);
    await visitor.submit('/login', { name: typed, password: wrong });
    await visitor.get('');

    await lineOfRequest(server, (await client.get('/nothing')).headers.get('x-request-id'));
    expect(logLinesOf(server).length).toBeGreaterThan(40);
    const log = server.output();
    const forms = (secret: string): string[] => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replaceAll('=', ''),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ];
    expect(secrets.filter((secret) => forms(secret).some((form) => log.includes(form)))).toEqual([]);
    expect(log).not.toMatch(/\bep_[0-9A-Za-z]{20}|\beyJ[\w-]+\.[\w-]+\./);
  });
});

describe('An output that is read too slowly', () => {
  it('neither stops the server nor fills its memory: lines are dropped, and counted', async () => {
    const before = logLinesOf(server).length;
    const { stdout } = server.process;
    stdout?.pause();
    const asked = 4000;
    const one = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    const last = one.replace('Host', 'Connection: close\r\nHost');
    expect((await answersTo(one.repeat(asked) + last)).match(/HTTP\/1\.1 200/g)).toHaveLength(asked + 1);
    stdout?.resume();
    await timeUntil(() => Promise.resolve(server.output().includes('lines-dropped')));
    const lines = logLinesOf(server).slice(before);
    const dropped = lines.filter((line) => line['event.action'] === 'lines-dropped');
    expect(dropped).toHaveLength(1);
    const [, count] = /^(\d+) lines were dropped/.exec(String(dropped[0]?.message)) ?? [];
    expect(Number(count)).toBeGreaterThan(0);
    expect(Number(count) + lines.length - dropped.length).toBeGreaterThanOrEqual(asked);
  });
});

describe('A first start with LOG_FORMAT=json', () => {
  it('keeps the password of the administrator out of the log, and says what to do', async () => {
    const env = { LOG_FORMAT: 'json', LOG_REQUESTS: 'errors', BOOTSTRAP_PASSWORD: '', MISSPELT: 'a', SMTP_URL: '' };
    const first = await startServer({ env, folder: newFolder() });
    expect(first.output()).not.toMatch(/password [\w-]{24}/);
    const complaint = logLinesOf(first).find((line) => line['log.logger'] === 'FirstAdministrator');
    expect(complaint).toMatchObject({ 'log.level': 'error' });
    expect(complaint?.message).toMatch(/LOG_FORMAT=json.*BOOTSTRAP_PASSWORD/);
    await (await fetch(`${first.url}/nothing`)).text();
    await first.stop();
    expect(logLinesOf(first).at(-1)).toMatchObject({ 'event.action': 'stop' });
    // No error, so no line of a request.
    expect(logLinesOf(first).filter((line) => line['event.action'] === 'request')).toEqual([]);
  });
});

describe('The documentation of the log', () => {
  const guide = readFileSync(resolve(__dirname, '../docs/logs.md'), 'utf8');

  it('lists every field, and no other', () => {
    const [, table = ''] = /## The fields\n([^]*?)\n## /.exec(guide) ?? [];
    const fields = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, field]) => field ?? '');
    expect(fields.sort()).toEqual([...LOG_FIELDS].sort());
  });

  it('shows lines as they are', () => {
    const examples = [...guide.matchAll(/^\{"@timestamp".*\}$/gm)].map(([line]) => JSON.parse(line) as object);
    expect(examples.length).toBeGreaterThan(1);
    for (const line of examples) expect(LOG_FIELDS).toEqual(expect.arrayContaining(Object.keys(line)));
  });
});
