import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { claimsOf, newAddress } from '../support/client.js';
import { timeUntil } from '../support/command-line.js';
import { lineOfRequest } from '../support/log-lines.js';
import { secretsIn } from '../support/secrets-in-text.js';
import { ADMIN, BEHIND_PROXY } from '../support/server.js';
import { useServer } from '../support/use-server.js';

const EXAMPLE = resolve(__dirname, '../../examples/traces.mjs');
const SPANS_FILE = join(tmpdir(), `personas-spans-${process.pid}.jsonl`);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SERVER_KIND = 1;

interface Span {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parent?: string;
  state?: string;
  attributes: Record<string, unknown>;
  status: { code: number };
  duration: [number, number];
}

afterAll(() => {
  rmSync(SPANS_FILE, { force: true });
});

function spans(): Span[] {
  try {
    const lines = readFileSync(SPANS_FILE, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Span);
  } catch {
    return [];
  }
}

/** The span of a request, and those of the work for it. */
async function spansOfRequest(id: string | null): Promise<[request: Span, ...work: Span[]]> {
  const find = (): Span[] => spans().filter(({ attributes }) => attributes['personas.request.id'] === id);
  await timeUntil(() => Promise.resolve(find().length > 0));
  const [request] = find();
  if (request === undefined) throw new Error(`No span of ${String(id)}`);
  return [request, ...spans().filter(({ parent }) => parent === request.spanId)];
}

describe('A server with an SDK of OpenTelemetry', () => {
  const { server, client, database } = useServer({
    env: {
      ...BEHIND_PROXY,
      NODE_OPTIONS: `--import=${EXAMPLE}`,
      SPANS_FILE,
      LOG_FORMAT: 'json',
      LOG_REQUESTS: 'all',
    },
  });
  const address = newAddress();

  it('makes a span of a login below that of the client, and spans of its work', async () => {
    const answer = await client.from(address).call<{ Token: string }>('POST', '/user/login', {
      headers: { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=1' },
      body: { username: ADMIN.username, password: ADMIN.password },
    });
    const id = answer.headers.get('x-request-id');
    const [request, ...work] = await spansOfRequest(id);
    expect(request).toMatchObject({ name: 'POST /user/login', kind: SERVER_KIND, traceId: TRACE, parent: PARENT });
    expect(request.state).toBe('a=1');
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/user/login',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'client.address': address,
      'personas.request.id': id,
    });
    const names = work.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['hash', 'database change']));
    expect(new Set(work.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    // The line of the request names the span of the server.
    expect(await lineOfRequest(server, id)).toMatchObject({ 'trace.id': TRACE, 'span.id': request.spanId });
  });

  it('begins a trace where the client has none, and tells faults from refusals', async () => {
    const refused = await client.get('/user/me', 'x');
    const [refusal] = await spansOfRequest(refused.headers.get('x-request-id'));
    expect(refusal.parent).toBeUndefined();
    expect(refusal).toMatchObject({ name: 'GET /user/me', status: { code: 0 } });
    expect(refusal.attributes).toMatchObject({ 'error.type': 'invalid_token', 'http.response.status_code': 401 });
    await database.refuse('INSERT', 'session');
    const failed = await client.post('/user/login', { username: ADMIN.username, password: ADMIN.password });
    await database.allow('INSERT', 'session');
    const [fault] = await spansOfRequest(failed.headers.get('x-request-id'));
    expect(fault).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'internal_error' } });
    const unknown = await client.get('/nothing');
    const [miss] = await spansOfRequest(unknown.headers.get('x-request-id'));
    expect(miss.name).toBe('GET');
    expect(miss.attributes).not.toHaveProperty(['http.route']);
  });

  it('puts no secret into a span', async () => {
    const jwt = await client.logIn();
    const { token } = await client.addAuthHeader(jwt);
    const answer = await fetch(`${server.url}/kittens/${token}?token=${token}`, {
      headers: { authorization: `Bearer ${jwt}`, 'user-agent': token },
    });
    await answer.text();
    await spansOfRequest(answer.headers.get('x-request-id'));
    const text = readFileSync(SPANS_FILE, 'utf8');
    for (const secret of [jwt, token, ADMIN.password, claimsOf(jwt).jti]) expect(text).not.toContain(secret);
    expect(secretsIn(text)).toEqual([]);
  });
});

describe('A server without one', () => {
  it('holds no copy of the library, which would not see what an SDK has registered with another', () => {
    const folder = resolve(__dirname, '../../dist/bundle');
    const chunks = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
    const holding = chunks.filter((name) => readFileSync(join(folder, name), 'utf8').includes('ProxyTracerProvider'));
    expect([chunks.length > 1, holding]).toEqual([true, []]);
  });
});
