import {
  type CanActivate,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  HttpException,
  SetMetadata,
} from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Guard, RequestHeaders } from './guard.js';
import { type GuardError, guardErrorOf } from './guard-error.js';
import type { Acr as AcrValue } from './login-proof.js';
import { principalOf, type Requirement, setPrincipal } from './principal.js';
import { headersOfMessage, headersOfWebSocket, isGrpcMetadata, type WebSocketClient } from './rpc-headers.js';

export { principalOf } from './principal.js';

const IS_PUBLIC = 'elastic-personas-guard:public';
const SCOPES = 'elastic-personas-guard:scopes';
const ROLES = 'elastic-personas-guard:roles';
const MAX_AGE = 'elastic-personas-guard:max-age';
const ACR = 'elastic-personas-guard:acr';
/** What closes a route of a class that is public. */
const REQUIREMENTS = [SCOPES, ROLES, MAX_AGE, ACR];

/** The status codes of gRPC, by the statuses of HTTP. */
const GRPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 429: 8, 503: 14 };

/** Opens a route, or all of a controller but those that require something by another decorator, to requests without a credential. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);

/** Requires all of these scopes of an auth header. The JWT of a login is not limited by scopes. */
export const Scopes = (...scopes: string[]): CustomDecorator => SetMetadata(SCOPES, scopes);

/** Requires one of these roles of the user. */
export const Roles = (...roles: string[]): CustomDecorator => SetMetadata(ROLES, roles);

/** Requires that the user logged in at most so many seconds ago. A renewal is no login, and an auth header never passes. */
export const RecentLogin = (maxAgeSeconds: number): CustomDecorator => SetMetadata(MAX_AGE, maxAgeSeconds);

/** Requires a login that was proved at least so strongly: `aal2` with two different factors. An auth header never passes. */
export const Acr = (acr: AcrValue): CustomDecorator => SetMetadata(ACR, acr);

/** Injects the principal into a handler. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext) => principalOf(carrierOf(context)),
);

/** What a guard reads of a request, whether Express or Fastify serves it. */
interface HttpRequest {
  readonly raw?: IncomingMessage;
  readonly rawHeaders?: readonly string[];
  readonly ip?: string;
}

interface HttpResponse {
  header(name: string, value: string): unknown;
}

/**
 * Guards the routes, messages and events of an application: all that are not {@link Public}. It answers HTTP by an
 * `HttpException`, a message by an `RpcException` (gRPC by its status codes), a WebSocket by a `WsException`.
 */
export class CredentialGuard implements CanActivate {
  constructor(private readonly guard: Guard) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isPublic(context)) return true;
    try {
      const principal = await this.guard.check(headersOf(context), {
        address: context.getType() === 'http' ? context.switchToHttp().getRequest<HttpRequest>().ip : undefined,
        ...requirementOf(context),
      });
      setPrincipal(carrierOf(context), principal);
      return true;
    } catch (error) {
      const refusal = guardErrorOf(error);
      throw refusal === undefined ? error : await exceptionOf(refusal, context);
    }
  }
}

function requirementOf(context: ExecutionContext): Requirement {
  return {
    scopes: (metadataOf(SCOPES, context) ?? []) as string[],
    roles: (metadataOf(ROLES, context) ?? []) as string[],
    maxAgeSeconds: metadataOf(MAX_AGE, context) as number | undefined,
    acr: metadataOf(ACR, context) as AcrValue | undefined,
  };
}

/** The decorator that is closer counts: a class that is public opens no route that requires something. */
function isPublic(context: ExecutionContext): boolean {
  const handler = context.getHandler();
  if (Reflect.getMetadata(IS_PUBLIC, handler) === true) return true;
  const requiresSomething = REQUIREMENTS.some((name) => Reflect.hasMetadata(name, handler));
  return !requiresSomething && Reflect.getMetadata(IS_PUBLIC, context.getClass()) === true;
}

/** What a decorator says of the handler, else of its class. */
function metadataOf(key: string, context: ExecutionContext): unknown {
  return Reflect.getMetadata(key, context.getHandler()) ?? Reflect.getMetadata(key, context.getClass());
}

function headersOf(context: ExecutionContext): RequestHeaders {
  if (context.getType() === 'http') {
    const { raw, rawHeaders = [] } = context.switchToHttp().getRequest<HttpRequest>();
    return raw?.rawHeaders ?? rawHeaders;
  }
  if (context.getType() === 'rpc') return headersOfMessage(context.getArgByIndex(1), context.getArgByIndex(0));
  return headersOfWebSocket(context.switchToWs().getClient<WebSocketClient>(), context.switchToWs().getData());
}

/** What is there for one request or message only. A message without data has the principal of its connection. */
function carrierOf(context: ExecutionContext): object {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<object>();
  if (context.getType() === 'rpc') return context.getArgByIndex<object>(1);
  const data = context.switchToWs().getData<unknown>();
  return typeof data === 'object' && data !== null ? data : context.switchToWs().getClient<object>();
}

/** Loaded where it is thrown: an application without messages has neither package. */
async function exceptionOf(refusal: GuardError, context: ExecutionContext): Promise<Error> {
  const { status, code, message } = refusal;
  if (context.getType() === 'http') {
    const response = context.switchToHttp().getResponse<HttpResponse>();
    response.header('Cache-Control', 'no-store');
    for (const [name, value] of Object.entries(refusal.headers)) response.header(name, value);
    return new HttpException(refusal.toJSON(), status);
  }
  if (context.getType() === 'ws') {
    const { WsException } = await import('@nestjs/websockets');
    return new WsException({ status: 'error', code, message });
  }
  const { RpcException } = await import('@nestjs/microservices');
  if (isGrpcMetadata(context.getArgByIndex(1))) return new RpcException({ code: GRPC_CODES[status], message });
  return new RpcException({ status: 'error', code, message });
}
