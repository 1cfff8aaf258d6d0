import 'reflect-metadata';
import { Controller, Get, Module, type Type, type WebSocketAdapter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { EventEmitter, once } from 'node:events';
import { from, mergeMap, type Observable, type ObservableInput } from 'rxjs';
import { ACTIVE, json, LoginStub } from '../../test/support/login-stub.js';
import { createGuard, type Guard, type Principal } from './index.js';
import { Acr, CredentialGuard, CurrentPrincipal, Public, RecentLogin, Roles, Scopes } from './nest.js';

const ONE = `ep_${'0'.repeat(30)}3KYb2u`;
const OTHER = 'ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN';

/** A login of an hour ago with two factors. */
const LOGIN = {
  credential_kind: 'jwt',
  sid: 'sid',
  auth_time: Math.floor(Date.now() / 1000) - 3600,
  acr: 'aal2',
  amr: ['pwd', 'otp', 'mfa'],
};

interface Handler {
  readonly message: string;
  readonly callback: (data: unknown) => Observable<unknown> | Promise<unknown>;
}

/** Carries messages inside the process, from clients that a test makes. */
class MemoryAdapter implements WebSocketAdapter<EventEmitter, EventEmitter> {
  readonly server = new EventEmitter();

  create(): EventEmitter {
    return this.server;
  }

  bindClientConnect(server: EventEmitter, connected: (client: EventEmitter) => void): void {
    server.on('connection', connected);
  }

  bindMessageHandlers(
    client: EventEmitter,
    handlers: Handler[],
    process: (data: unknown) => Observable<unknown>,
  ): void {
    client.on('message', (event: string, data: unknown) => {
      const handler = handlers.find(({ message }) => message === event);
      from<ObservableInput<unknown>>(handler?.callback(data) ?? [])
        .pipe(mergeMap((result) => process(result)))
        .subscribe((answer) => answer !== undefined && client.emit('answer', answer));
    });
  }

  close(): void {
    this.server.removeAllListeners();
  }

  dispose(): void {
    this.close();
  }
}

/** Takes as long as the sender says. */
const slowly = { transform: (data: unknown) => new Promise((resolve) => setImmediate(resolve, data)) };

@WebSocketGateway()
class OrdersGateway {
  @SubscribeMessage('who')
  who(@MessageBody(slowly) { number }: { number: number }, @CurrentPrincipal() { username }: Principal): unknown {
    return { number, username };
  }

  @Scopes('orders:write')
  @SubscribeMessage('write')
  write(): string {
    return 'written';
  }

  @Public()
  @SubscribeMessage('greet')
  greet(): string {
    return 'hello';
  }
}

@Controller('open')
@Public()
class OpenController {
  @Get()
  read(): string {
    return 'read';
  }

  @Get('write')
  @Scopes('orders:write')
  write(): string {
    return 'written';
  }

  @Get('delete')
  @RecentLogin(600)
  delete(): string {
    return 'deleted';
  }

  @Get('pay')
  @Acr('aal2')
  pay(): string {
    return 'paid';
  }

  @Get('administer')
  @Roles('admin')
  administer(): string {
    return 'administered';
  }
}

@Controller('closed')
@Scopes('orders:read')
class ClosedController {
  @Get()
  read(@CurrentPrincipal() { username }: Principal): string {
    return username;
  }

  @Get('write')
  @Scopes('orders:write')
  write(): string {
    return 'written';
  }

  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }
}

@Controller('inherited')
class InheritingController extends ClosedController {}

const controllers: Type[] = [OpenController, ClosedController, InheritingController];

@Module({ controllers, providers: [OrdersGateway] })
class AppModule {}

let stub: LoginStub;
let guard: Guard;
let app: NestFastifyApplication;
const adapter = new MemoryAdapter();

beforeAll(async () => {
  stub = await LoginStub.start();
  stub.answers.introspect = (request, response, form) => {
    const username = form.get('token') === ONE ? 'one' : 'other';
    const login = username === 'one' ? {} : LOGIN;
    json({ ...ACTIVE, username, rate_limit: {}, ...login })(request, response, form);
  };
  guard = createGuard({ url: stub.url, authHeader: ONE });
  app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
  app.useWebSocketAdapter(adapter);
  app.useGlobalGuards(new CredentialGuard(guard));
  await app.init();
});
afterAll(async () => {
  await app.close();
  guard.close();
  stub.stop();
});

describe('The guard of a Nest application', () => {
  const ask = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

  it.each([
    ['/open', 200],
    ['/open/write', 401],
    ['/open/administer', 401],
    ['/open/delete', 401],
    ['/open/pay', 401],
    ['/closed', 401],
    ['/closed/write', 401],
    ['/closed/open', 200],
    ['/inherited', 401],
  ])('opens what is public, and nothing that requires something: %s', async (path, status) => {
    const { statusCode, headers } = await ask(path);
    expect(statusCode).toBe(status);
    if (status === 401) expect(headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
  });

  it.each([
    ['/open/write', 403],
    ['/open/administer', 403],
    ['/closed', 200],
    ['/closed/write', 403],
    ['/inherited', 200],
  ])('takes the requirement of the method before that of its class: %s', async (path, status) => {
    expect((await ask(path, { 'x-api-key': ONE })).statusCode).toBe(status);
  });

  it.each([
    ['/open/delete', OTHER, 401, 'max_age="600"'],
    ['/open/delete', ONE, 401, 'max_age="600"'],
    ['/open/pay', OTHER, 200, undefined],
    ['/open/pay', ONE, 401, 'acr_values="aal2"'],
  ])('asks at %s for the login that is required', async (path, token, status, parameter) => {
    const { statusCode, headers } = await ask(path, { 'x-api-key': token });
    expect(statusCode).toBe(status);
    expect(headers['www-authenticate']?.toString().split(', ').at(-1)).toBe(parameter);
  });
});

describe('The guard of a WebSocket gateway', () => {
  /** A client of a connection, with what a library keeps of its beginning. */
  function connect(kept: object = {}): EventEmitter {
    const client = Object.assign(new EventEmitter(), kept);
    adapter.server.emit('connection', client);
    return client;
  }

  async function ask(client: EventEmitter, event: string, data: unknown): Promise<unknown> {
    const answer = Promise.race([once(client, 'answer'), once(client, 'exception')]);
    client.emit('message', event, data);
    return ((await answer) as unknown[])[0];
  }

  const withCredential = (token: string, number = 0) => ({ number, metadata: { Authorization: `Bearer ${token}` } });

  it('takes the credential of a message, or of its connection', async () => {
    expect(await ask(connect(), 'who', withCredential(ONE))).toEqual({ number: 0, username: 'one' });
    const [headers, auth] = [{ 'x-api-key': ONE }, { authorization: ONE }];
    expect(await ask(connect({ handshake: { headers } }), 'who', { number: 1 })).toMatchObject({ username: 'one' });
    const ofBrowser = connect({ handshake: { headers: {}, auth } });
    expect(await ask(ofBrowser, 'who', { number: 1 })).toMatchObject({ username: 'one' });
    const upgraded = connect({ upgradeReq: { rawHeaders: ['X-API-Key', ONE] } });
    expect(await ask(upgraded, 'who', { number: 1 })).toMatchObject({ username: 'one' });
  });

  it('refuses by the exception of WebSockets', async () => {
    for (const data of [{ number: 1 }, 'text', 7, null, undefined, []]) {
      expect(await ask(connect(), 'who', data)).toMatchObject({ status: 'error', code: 'credential_required' });
    }
    expect(await ask(connect(), 'write', withCredential(ONE))).toMatchObject({ code: 'insufficient_scope' });
    expect(await ask(connect(), 'greet', undefined)).toBe('hello');
  });

  it('gives each message its own principal, whatever else comes by the same connection', async () => {
    const client = connect();
    const answers: unknown[] = [];
    client.on('answer', (answer) => answers.push(answer));
    for (let number = 0; number < 20; number++) {
      client.emit('message', 'who', withCredential(number % 2 === 0 ? ONE : OTHER, number));
    }
    while (answers.length < 20) await new Promise(setImmediate);
    for (const { number, username } of answers as { number: number; username: string }[]) {
      expect([number, username]).toEqual([number, number % 2 === 0 ? 'one' : 'other']);
    }
  });
});
