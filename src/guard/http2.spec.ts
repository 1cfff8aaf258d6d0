import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { LoginStub } from '../../test/support/login-stub.js';
import { requireCredential } from './fastify.js';
import { checkRequest, createGuard, type Guard, sendRefusal } from './index.js';

const OWN = `ep_${'0'.repeat(30)}3KYb2u`;

let stub: LoginStub;
let guard: Guard;

beforeAll(async () => {
  stub = await LoginStub.start();
  guard = createGuard({ url: stub.url, authHeader: OWN });
});
afterAll(() => {
  guard.close();
  stub.stop();
});

describe('Over HTTP/2', () => {
  const OUTCOMES = [
    [200, undefined],
    [401, 'Bearer'],
  ];

  async function outcomesAt(port: number): Promise<unknown[]> {
    const session = connect(`http://127.0.0.1:${port}`);
    const outcomes: unknown[] = [];
    for (const headers of [{ authorization: `Bearer ${OWN}` }, {}]) {
      const stream = session.request({ ':path': '/', ...headers });
      const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
      outcomes.push([answer[':status'], answer['www-authenticate']]);
      stream.resume();
    }
    session.close();
    return outcomes;
  }

  it('a request of node:http2 is checked, and refused', async () => {
    const service = createServer((request, response) => {
      checkRequest(guard, request).then(
        ({ username }) => response.end(username),
        (error: unknown) => {
          sendRefusal(response, error);
        },
      );
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    expect(await outcomesAt((service.address() as AddressInfo).port)).toEqual(OUTCOMES);
    service.close();
  });

  it('a request of Fastify is checked, and refused', async () => {
    const service = fastify({ http2: true });
    service.get<{ Reply: { 200: string } }>('/', { onRequest: requireCredential(guard) }, () => 'served');
    await service.listen({ port: 0, host: '127.0.0.1' });
    expect(await outcomesAt((service.server.address() as AddressInfo).port)).toEqual(OUTCOMES);
    await service.close();
  });
});
