import { fastAnswer } from '../auth/fast-answer.js';
import type { Principal } from '../auth/principal.js';
import type { Settings } from '../config/settings.js';
import { clientError } from '../http/errors/client-error.js';
import { requestAbort, requestEnd, type RequestEnd } from '../http/request-end.js';
import { traceOf } from '../http/request-trace.js';
import { readAddress, UNKNOWN_ADDRESS } from '../net/address.js';
import { clientAddressReader } from '../net/client-address.js';
import type { LogFields } from '../telemetry/log-entry.js';
import type { Log } from './log.js';

const CONTEXT = 'Requests';
const FIRST_FAULT = 500;
const FIRST_REFUSAL = 400;

/** Logs requests, as LOG_REQUESTS says. It must be called before the routes are registered. */
export function logRequests(
  log: Log,
  { logRequests: which, trustedProxies }: Pick<Settings, 'logRequests' | 'trustedProxies'>,
): void {
  if (which === 'none') return;
  requestEnd.watch((end) => {
    if (which === 'all' || end.reply.statusCode >= FIRST_FAULT) write(log, fieldsOf(end, end.reply.statusCode));
  });
  clientError.watch(({ requestId, code, status, remoteAddress }) => {
    if (which !== 'all' && status < FIRST_FAULT) return;
    write(log, { requestId, status, errorCode: code, sourceIp: readAddress(remoteAddress) ?? UNKNOWN_ADDRESS });
  });
  if (which === 'errors') return;
  const addressOf = clientAddressReader(trustedProxies);
  requestAbort.watch((end) => {
    write(log, fieldsOf(end, undefined));
  });
  fastAnswer.watch(({ request, requestId, route, principal, durationMs }) => {
    const method = request.method ?? 'GET';
    const known = { requestId, method, route, status: 200, durationMs, sourceIp: addressOf(request) };
    write(log, { ...known, ...actorOf(principal), ...traceOf(request) });
  });
}

function fieldsOf({ request, reply, route, durationMs }: RequestEnd, status: number | undefined): LogFields {
  const { id, method, ip, principal, loggedIn, raw } = request;
  const { errorCode } = reply;
  return {
    requestId: id,
    method,
    ...(route === undefined ? {} : { route }),
    ...(status === undefined ? {} : { status }),
    durationMs,
    sourceIp: readAddress(ip) ?? UNKNOWN_ADDRESS,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(loggedIn === undefined ? {} : { userId: loggedIn.user.id }),
    ...actorOf(principal),
    ...traceOf(raw),
  };
}

function actorOf(principal: Principal | undefined): LogFields {
  if (principal === undefined) return {};
  const { userId, credential } = principal;
  const { kind, id: credentialId } = credential;
  // A session of the console has no JWT.
  const isSession = kind === 'jwt' && credentialId === credential.sessionId;
  return { userId, credentialKind: isSession ? 'session' : kind, credentialId };
}

function write(log: Log, fields: LogFields): void {
  const { status = 0 } = fields;
  const level = status >= FIRST_FAULT ? 'error' : 'log';
  const outcome = status === 0 ? 'unknown' : status < FIRST_REFUSAL ? 'success' : 'failure';
  const record = {
    level,
    context: CONTEXT,
    message: messageOf(fields),
    fields: { action: 'request', outcome, ...fields },
  };
  log.add(record as Parameters<Log['add']>[0]);
}

/** The same in words. */
function messageOf(fields: LogFields): string {
  const { requestId, method, route, status, durationMs, errorCode, userId, credentialKind, credentialId, traceId } =
    fields;
  const what = [method ?? 'no request', route ?? (method === undefined ? '' : 'unknown path'), status ?? 'hung up'];
  const details = [
    ...(durationMs === undefined ? [] : [`${durationMs.toFixed(1)} ms`]),
    `from ${fields.sourceIp ?? UNKNOWN_ADDRESS}`,
    `request ${requestId ?? ''}`,
    ...(errorCode === undefined ? [] : [`error ${errorCode}`]),
    ...(userId === undefined ? [] : [`user ${userId}`]),
    ...(credentialKind === undefined ? [] : [`${credentialKind} ${credentialId ?? ''}`]),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ];
  return `${what.filter((part) => part !== '').join(' ')} (${details.join(', ')})`;
}
