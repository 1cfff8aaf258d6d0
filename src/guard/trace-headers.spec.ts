import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard } from './guard.js';
import { traceHeadersOf } from './trace-headers.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OF_SPAN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const API = Symbol.for('opentelemetry.js.api.1');
const AUTH_HEADER = 'ep_abcdefghijklmnopqrstuvwxyz01231DNePe';

type Inject = (
  context: unknown,
  carrier: object,
  setter: { set(to: object, name: string, value: string): void },
) => void;

/** Registers what an SDK registers. */
function register(inject: Inject): void {
  Object.assign(globalThis, { [API]: { context: { active: () => 'active' }, propagation: { inject } } });
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, API);
});

describe('A question belongs in the trace', () => {
  test('of the request for which it is asked, as its headers say', () => {
    const headers = ['Traceparent', TRACEPARENT, 'TraceState', 'a=1', 'tracestate', 'b=2'];
    expect(traceHeadersOf(headers)).toEqual({ traceparent: TRACEPARENT, tracestate: 'a=1,b=2' });
    expect(traceHeadersOf(['traceparent', TRACEPARENT])).toEqual({ traceparent: TRACEPARENT });
  });

  test.each([
    ['none', []],
    ['one that is not valid', ['traceparent', 'a', 'tracestate', 'a=1']],
    ['two', ['traceparent', TRACEPARENT, 'traceparent', TRACEPARENT]],
    ['a state alone', ['tracestate', 'a=1']],
  ])('of none for %s', (_, headers) => {
    expect(traceHeadersOf(headers)).toEqual({});
  });

  test.each(['\u00e9=1', 'a=\n', 'a'.repeat(8193)])('without a state that cannot be sent on', (tracestate) => {
    expect(traceHeadersOf(['traceparent', TRACEPARENT, 'tracestate', tracestate])).toEqual({
      traceparent: TRACEPARENT,
    });
  });

  test('of the active span, if there is one, and without its baggage', () => {
    register((context, carrier, setter) => {
      setter.set(carrier, 'traceparent', context === 'active' ? OF_SPAN : '');
      setter.set(carrier, 'baggage', 'a=secret');
    });
    expect(traceHeadersOf(['traceparent', TRACEPARENT])).toEqual({ traceparent: OF_SPAN });
    register(() => undefined);
    expect(traceHeadersOf(['traceparent', TRACEPARENT])).toEqual({ traceparent: TRACEPARENT });
  });

  test('and the guard sends it on', async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      if (request.url === '/oauth/introspect') asked.push(request.headers.traceparent, request.headers.tracestate);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"active":false}');
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const guard = createGuard({ url, authHeader: AUTH_HEADER });
    const headers = { authorization: `Bearer ${AUTH_HEADER}`, traceparent: TRACEPARENT, tracestate: 'a=1' };
    await expect(guard.check(headers)).rejects.toMatchObject({ code: 'invalid_token' });
    guard.close();
    server.closeAllConnections();
    server.close();
    expect(asked).toEqual([TRACEPARENT, 'a=1']);
  });
});
