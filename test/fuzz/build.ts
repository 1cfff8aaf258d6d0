import { type DocumentedOperation, takesForm } from '../support/openapi.js';
import type { Cast } from './cast.js';
import { adjustClient, credentialHeaders, type Presented, presentedCredential, stateOf } from './presenting.js';
import type { Context, Resolver } from './resolve.js';
import type { Step } from './steps.js';
import type { Twist } from './twists.js';
import { stringify } from './values.js';
import type { WireRequest } from './wire.js';
import type { User, World } from './world.js';

/** A request that is ready to be sent, and what the model has to know about it. */
export interface Built {
  readonly step: Step;
  readonly request: WireRequest;
  readonly presented: Presented;
  /** The fields of the body, as a server that can read it reads them. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly query: URLSearchParams;
  /** Whether method, path, headers and framing are those of the document, so that only the body can be wrong. */
  readonly isRegular: boolean;
  /** Whether it is a request of the operation all the same, and not of another path or method. */
  readonly isOfOperation: boolean;
  /** Whether the connection can be in any state afterwards. */
  readonly isLast: boolean;
  /** The user of whom a new name speaks. */
  readonly context: Context;
}

const AWAY = '198.51.100.7';
const REGULAR: readonly (Twist['kind'] | undefined)[] = [
  undefined,
  'replace',
  'extra',
  'drop',
  'duplicate',
  'whole',
  'text',
];

/** Turns a step into bytes, by what there is at this moment. */
export async function build(step: Step, world: World, cast: Cast, resolver: Resolver): Promise<Built> {
  const { operation, presentation, twist } = step;
  const isForm = takesForm(operation);
  const credential = await presentedCredential(presentation, world, cast);
  const principal = credential?.owner;
  const adds = operation.path === '/user/add';
  const marker = adds ? world.register.newMarker() : (principal?.marker ?? world.register.newMarker());
  const context: Context = { principal, named: undefined, client: undefined, enrolment: undefined, marker, adds };
  const path = await resolver.record(step.path, context);
  const query = queryOf(await resolver.record(step.query, context));
  const body = step.body === undefined ? undefined : await resolver.record(step.body, context);
  const isOddClient =
    isForm && (twist !== undefined || (body !== undefined && adjustClient(body, presentation, credential)));
  const away = presentation.isAway ? AWAY : world.address;
  const headers: [string, string][] = [
    ['Host', 'localhost'],
    ['X-Forwarded-For', away],
    ...credentialHeaders(presentation, credential, world, isForm),
    ...(step.language === undefined ? [] : [['Accept-Language', step.language] as [string, string]]),
  ];
  const text = harmless(bodyText(body, isForm, twist), operation, principal);
  if (text !== undefined)
    headers.push(['Content-Type', isForm ? 'application/x-www-form-urlencoded' : 'application/json']);
  if (presentation.way === 'query') query.append('access_token', credential?.value ?? 'x');
  if (twist?.kind === 'header') replaceHeader(headers, twist.header);
  const request: WireRequest = {
    ...framed(text, twist, headers),
    method: twist?.kind === 'method' ? twist.text : operation.method,
    target: targetOf(operation.path, path, query, twist),
    ...(twist?.kind === 'version' ? { version: twist.text } : {}),
    headers,
  };
  const isRegular = REGULAR.includes(twist?.kind);
  return {
    step,
    request,
    presented: isOddClient
      ? { credential, state: 'unknown' }
      : { credential, state: stateOf(presentation, credential, away, isForm) },
    fields: fieldsOf(received(text, twist), isForm),
    query,
    isRegular,
    isOfOperation: isOfOperation(request, operation),
    isLast: !isRegular && twist?.kind !== 'query',
    context,
  };
}

function queryOf(values: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) query.append(name, textOf(one));
  }
  return query;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : stringify(value);
}

function targetOf(
  template: string,
  path: Readonly<Record<string, unknown>>,
  query: URLSearchParams,
  twist: Twist | undefined,
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(wellFormed(textOf(path[name]))),
  );
  const target = twist?.kind === 'path' ? twist.text.replace('PATH', filled) : filled;
  const search = [query.toString(), ...(twist?.kind === 'query' ? [twist.text] : [])].filter((part) => part !== '');
  return search.length === 0 ? target : `${target}?${search.join('&')}`;
}

/** The path of a target, in any of the forms that HTTP has for it. */
export function pathOf({ target }: WireRequest): string {
  return (target.split(/[?#]/)[0] ?? '').replace(/^https?:\/\/[^/]*/i, '');
}

function isOfOperation(request: WireRequest, { method, path }: DocumentedOperation): boolean {
  const sent = pathOf(request).split('/');
  const parts = path.split('/');
  const isSame =
    sent.length === parts.length && parts.every((part, place) => part.startsWith('{') || part === sent[place]);
  return isSame && request.method === method;
}

/** Never an order that ends the logins of all sequences that run at once, from somebody who may give it. */
function harmless(
  text: string | undefined,
  { path }: DocumentedOperation,
  principal: User | undefined,
): string | undefined {
  const endsAll = path === '/signingkey/rotate' && principal?.isAdmin === true;
  return endsAll && fieldsOf(text, false)?.compromised === true ? '{}' : text;
}

/** The body as text: undefined where there is none. */
function bodyText(
  fields: Record<string, unknown> | undefined,
  isForm: boolean,
  twist: Twist | undefined,
): string | undefined {
  const write = (entries: readonly (readonly [string, unknown])[]): string =>
    isForm
      ? entries.map(([name, value]) => `${formText(name)}=${formText(textOf(value))}`).join('&')
      : `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${stringify(value)}`).join(',')}}`;
  if (twist?.kind === 'text')
    return twist.text.replaceAll('BODY', fields === undefined ? '{}' : write(Object.entries(fields)));
  if (twist?.kind === 'whole') return stringify(twist.value);
  if (fields === undefined) return undefined;
  const entries = Object.entries(fields);
  if (twist === undefined || !('at' in twist) || entries.length === 0) return write(entries);
  const place = twist.at % entries.length;
  const [name, value] = entries[place] ?? ['', ''];
  if (twist.kind === 'drop') entries.splice(place, 1);
  if (twist.kind === 'duplicate') entries.push([name, value]);
  if (twist.kind === 'extra') entries.push([twist.name, twist.value]);
  if (twist.kind === 'replace') entries.splice(place, 1, [name, twist.value]);
  return write(entries);
}

const formText = (text: string): string => encodeURIComponent(wellFormed(text));

/** A text without lone surrogates, which no encoding of characters can hold. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** What a server that can read a body finds in it. */
function fieldsOf(text: string | undefined, isForm: boolean): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined || text === '') return {};
  if (isForm) return Object.fromEntries(new URLSearchParams(text));
  try {
    // RFC 8259, section 8.1: a parser may ignore a byte order mark.
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What of the body reaches the server. */
function received(text: string | undefined, twist: Twist | undefined): string | undefined {
  if (text === undefined || twist?.kind !== 'framing' || twist.text === 'chunked') return text;
  return Buffer.from(text).subarray(0, -1).toString();
}

function framed(
  text: string | undefined,
  twist: Twist | undefined,
  headers: [string, string][],
): Pick<WireRequest, 'body' | 'framing'> {
  if (text === undefined || text === '') return {};
  const body = Buffer.from(text);
  if (twist?.kind !== 'framing') return { body };
  if (twist.text === 'chunked') return { body, framing: 'chunked' };
  headers.push(['Content-Length', String(body.length - 1)]);
  return { body, framing: 'none' };
}

function replaceHeader(headers: [string, string][], [name, value]: readonly [string, string]): void {
  const place = headers.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
  headers.splice(place === -1 ? headers.length : place, place === -1 ? 0 : 1, [name, value]);
}
