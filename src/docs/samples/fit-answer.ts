import type { OpenAPIObject } from '@nestjs/swagger';
import { mask } from '../../authheader/auth-header-token.js';
import { checksum, PREFIX } from '../../guard/auth-header-format.js';
import { JSON_TYPE } from '../reference/operations.js';
import { ADMINISTRATOR } from './administrator.js';
import { bodyOf } from './sample-request.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Fields = Record<string, unknown>;

/** The administrator in the fields of a user. */
const CALLER: Fields = { Username: ADMINISTRATOR.username, Email: ADMINISTRATOR.email, Firstname: '', Lastname: '' };
const NEXT = `${PREFIX}abcdefghijklmnopqrstuvwxyz0123`;
/** The token after a rotation. */
const NEXT_TOKEN = NEXT + checksum(NEXT);

/**
 * The example of an operation's answer, as the sample request would get it. The example that the schemas make has every field,
 * with the same value everywhere: it shows a role that the request did not give, or the old token after a rotation.
 */
export function fitAnswer(operation: Operation, path: string): Operation {
  const success = operation.responses['200'];
  if (success === undefined || '$ref' in success) return operation;
  const media = success.content?.[JSON_TYPE];
  if (media === undefined) return operation;
  const { body } = bodyOf(operation);
  const sent = isFields(body) ? body : {};
  const fit = (answer: unknown): unknown => {
    if (Array.isArray(answer)) return answer.map(fit);
    return isFields(answer) ? fitted(answer, sent, path) : answer;
  };
  const content = { ...success.content, [JSON_TYPE]: { ...media, example: fit(media.example) } };
  return { ...operation, responses: { ...operation.responses, '200': { ...success, content } } };
}

function fitted(answer: Fields, sent: Fields, path: string): Fields {
  const isCaller = 'Token' in answer || 'Credential' in answer;
  const values = Object.entries(answer).map(([name, value]): [string, unknown] => [name, valueOf(name, value, sent)]);
  const isLogin = answer.action === 'login';
  const own = { ...Object.fromEntries(values), ...(isCaller && CALLER), ...(isLogin && { detail: '' }) };
  if ('previousToken' in own && typeof sent.text === 'string' && path.endsWith('/rotate'))
    return { ...own, token: NEXT_TOKEN, previousToken: mask(sent.text) };
  return without(own, [...contradictions(own), ...(path.endsWith('/add') ? notGiven(own, sent) : [])]);
}

/**
 * The value of a field: what the request gave under the same name, in whatever case. An id stays, since a request may give a username
 * in its place.
 */
function valueOf(name: string, value: unknown, sent: Fields): unknown {
  if (name.toLowerCase() === 'id') return value;
  if (isFields(value)) return without(value, contradictions(value));
  const [, given] = Object.entries(sent).find(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
  return given !== undefined && typeof given === typeof value ? given : value;
}

/** The optional fields that belong to another kind of entry than the example is. */
function contradictions({ Kind, state, action }: Fields): string[] {
  return [
    ...(Kind === 'service' ? ['Kind'] : []),
    ...(Kind === 'jwt' ? ['Name', 'Scopes'] : []),
    ...(state === 'active' ? ['ready', 'retired'] : []),
    ...(action === 'login' ? ['target', 'credentialId'] : []),
  ];
}

/** What a new auth header has only if it was asked for. */
function notGiven(answer: Fields, sent: Fields): string[] {
  return ['expires', 'allowedIps', 'rateLimit'].filter((name) => name in answer && !(name in sent));
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
