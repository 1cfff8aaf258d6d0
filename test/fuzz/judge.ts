import type { Contract } from '../support/openapi.js';
import { refuseLeaks } from '../support/leaks.js';
import { type Built, pathOf } from './build.js';
import { isAuthHeader, secretsIn } from './secrets.js';
import { type ReadAnswer, targetOf } from './effects.js';
import { principalOf } from './presenting.js';
import { rightsOf } from './rights.js';
import { isUsable, type User, type World } from './world.js';

/** What the model needs of the server. */
export interface Judged {
  readonly contract: Contract;
  readonly folder: string;
}

/** What an answer shows that it must not. */
export type Complaint = string;

type Rule = (exchange: Exchange) => Complaint | undefined;

interface Exchange {
  readonly world: World;
  readonly built: Built;
  readonly answer: ReadAnswer;
  readonly judged: Judged;
}

const JSON_TYPE = 'application/json';

const isSuccess = ({ status }: ReadAnswer): boolean => status >= 200 && status < 300;
/** An answer to `OPTIONS` without a credential is CORS, and `optional=1` asks about nobody as well. */
const asksNobody = ({ request, query }: Built): boolean =>
  (request.method === 'OPTIONS' && !request.target.startsWith('/auth/verify')) || query.has('optional');

const RULES: Readonly<Record<string, Rule>> = {
  'no fault of the server': ({ answer: { status } }) => (status >= 500 ? `it answers ${status}` : undefined),

  'nothing undocumented': ({ built, answer, judged: { contract } }) => {
    const { request } = built;
    if (request.method === 'HEAD') return answer.text === '' ? undefined : 'an answer to HEAD has a body';
    const { status, headers, body } = answer;
    // Probes that take no JSON get it under another name, as the description says.
    const type = (headers.get('content-type') ?? '').replace(/^(text\/plain|application\/jwk-set\+json)/, JSON_TYPE);
    // The pages of the console are no calls of the API.
    if (status < 400 && /^\/(console)?$/.test(pathOf(request))) return undefined;
    return complaintOf(() => {
      contract.check(...documented(built, answer), { status, headers, type, body });
    });
  },

  'no leak in a refusal': ({ answer: { status, text }, judged }) =>
    status < 400
      ? undefined
      : complaintOf(() => {
          refuseLeaks(text, judged);
        }),

  'nothing without a living credential': ({ built, answer }) => {
    const { presented, step, isRegular } = built;
    if (!rightsOf(step.operation).isGuarded) return undefined;
    if (presented.state !== 'none' && presented.state !== 'refused') return undefined;
    if (asksNobody(built) && !answer.headers.get('x-user-id')) return undefined;
    const endedBy = presented.credential?.endedBy ?? '';
    const what =
      presented.state === 'none'
        ? 'no credential'
        : `a ${presented.credential?.kind} (ended by ${endedBy || 'nothing'})`;
    if (isSuccess(answer) && built.isOfOperation) return `${what} is let in with ${answer.status}`;
    // What exists is nobody's business without a credential.
    const tells = [404, 409, 410].includes(answer.status) && isRegular;
    return tells ? `${what} is told by ${answer.status} what there is` : undefined;
  },

  'what lives is let in': ({ built, answer }) => {
    const { presented, step, isRegular } = built;
    if (presented.state !== 'alive' || !isRegular || !rightsOf(step.operation).takes(presented.credential?.kind))
      return undefined;
    const { code, error } = Object(answer.body) as { code?: string; error?: string };
    const refusal =
      ['invalid_token', 'token_expired', 'credential_required'].includes(code ?? '') || error === 'invalid_client';
    return answer.status === 401 && refusal
      ? `a living ${presented.credential?.kind} is refused as ${code ?? error}`
      : undefined;
  },

  'a limit only where there is one': ({ built: { presented, step }, answer }) => {
    const isLimited = presented.state !== 'alive' || presented.credential?.hasRateLimit === true;
    const isGuess = step.operation.responses['429']?.description.includes('too_many_attempts') === true;
    return answer.status === 429 && !isLimited && !isGuess && !step.operation.path.startsWith('/oauth/')
      ? 'a credential without a rate limit is over it'
      : undefined;
  },

  'no right that is not held': ({ built, answer }) => {
    const { presented, step } = built;
    if (!isSuccess(answer) || presented.state !== 'alive' || !built.isOfOperation) return undefined;
    return rightsOf(step.operation).missing(presented.credential);
  },

  'no body that the document refuses': ({ built, answer, judged: { contract } }) => {
    const { step, fields, isRegular, request } = built;
    const json = step.operation.requestBody?.content['application/json'];
    if (!isSuccess(answer) || !isRegular || json === undefined) return undefined;
    if (!request.body?.length) {
      return step.operation.requestBody?.required === true ? 'no body is taken for one' : undefined;
    }
    return contract.takes(step.operation, fields) ? undefined : 'a body that the document does not allow is taken';
  },

  'nothing of another user is changed': ({ built, answer, world }) => {
    const { presented, fields = {}, step } = built;
    const principal = principalOf(presented);
    if (!isSuccess(answer) || !built.isOfOperation || principal === undefined || principal.isAdmin) return undefined;
    if (!/^\/(authheader|user\/sessions|user\/factors)\//.test(step.operation.path)) return undefined;
    const named = [fields.id, fields.text, fields.userId].map((name) => ownerOf(world, name));
    const other = named.find((owner) => owner !== undefined && owner !== principal);
    return other === undefined ? undefined : `${principal.username} uses something of ${other.username}`;
  },

  'nothing of another user is shown': ({ built, answer, world }) => {
    const owner = shownTo({ built, answer, world });
    if (owner === undefined) return undefined;
    const given = typeof built.fields?.name === 'string' ? built.fields.name : '';
    // A user may give the name of somebody else to something of their own.
    for (const marker of isSuccess(answer) ? (given.match(world.register.markers) ?? []) : [])
      world.borrowed.add(marker);
    const sent = isSuccess(answer) ? '' : `${built.request.target}${built.request.body?.toString() ?? ''}`;
    const allowed = [sent, ...world.borrowed].join(' ');
    for (const marker of answer.text.match(world.register.markers) ?? []) {
      if (!owner.some((user) => user.marker === marker) && !allowed.includes(marker))
        return `it shows the marker ${marker} of another user`;
    }
    for (const id of answer.text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []) {
      const of = world.register.owners.get(id);
      if (of !== undefined && !owner.includes(of) && !allowed.includes(id))
        return `it shows the id ${id} of ${of.username}`;
    }
    return undefined;
  },

  'no secret of another, and none to an auth header': ({ built, answer, world }) => {
    const { step, presented } = built;
    const mints = /\/(add|rotate|token|renew|login|password|second-factor)$/.test(step.operation.path);
    for (const secret of secretsIn(answer)) {
      const owner = world.register.owners.get(secret);
      if (owner !== undefined && owner !== principalOf(presented)) return `it shows a secret of ${owner.username}`;
      if (isAuthHeader(secret) && !mints && presented.credential?.kind !== 'jwt')
        return 'it shows an auth header in full';
    }
    return undefined;
  },

  'a login is that of the user it names': ({ built, answer, world }) => {
    const { step, fields = {} } = built;
    if (!/\/(login|user\/password)$/.test(step.operation.path) || !isSuccess(answer) || !built.isOfOperation)
      return undefined;
    const user = targetOf(world, fields);
    if (user === undefined) return 'a user that is unknown or deleted has logged in';
    if (!user.isEnabled) return 'a disabled user has logged in';
    const given = (fields.account as { password?: unknown } | undefined)?.password ?? fields.password;
    if (user.password !== undefined && given !== user.password) return 'a wrong password has logged in';
    if (user.mustChange && user.password !== undefined && !step.operation.path.endsWith('/password'))
      return 'a one-time password has logged in';
    return user.app !== undefined && fields.otp === undefined ? 'a login has left out the second factor' : undefined;
  },

  'an introspection tells the truth': ({ built, answer, world }) => {
    const { step, fields = {}, presented } = built;
    const body = Object(answer.body) as { active?: boolean; sub?: string };
    if (step.operation.path !== '/oauth/introspect' || answer.status !== 200 || presented.state !== 'alive')
      return undefined;
    const token = world.credentials.find(({ value }) => value === fields.token);
    if (token === undefined) return body.active === true ? 'an unknown token is active' : undefined;
    const usable = isUsable(token);
    if (usable === false && body.active === true) return `a token ended by ${token.endedBy} is active`;
    if (usable === true && body.active === false && token.allowedIps.length === 0) return 'a living token is inactive';
    return body.active === true && body.sub !== token.owner.id ? 'a token is of another user' : undefined;
  },

  'a list is complete, and holds nothing that was deleted': ({ built, answer, world }) => {
    const { step, presented, query, isRegular, fields = {} } = built;
    const principal = principalOf(presented);
    if (answer.status !== 200 || !isRegular || !Array.isArray(answer.body) || principal === undefined) return undefined;
    const isSessions = step.operation.path === '/user/sessions';
    if (!isSessions && step.operation.path !== '/authheader/list') return undefined;
    const owner = targetOf(world, { ...fields, ...Object.fromEntries(query) }) ?? principal;
    const listed = (answer.body as { id?: string; Id?: string }[]).map(({ id, Id }) => id ?? Id);
    const kind = isSessions ? 'jwt' : 'auth-header';
    const own = world.credentials.filter((one) => one.kind === kind && one.owner === owner);
    const ended = own.find(
      ({ id, state }) =>
        state === 'dead' && listed.includes(id) && !own.some((one) => one.id === id && one.state !== 'dead'),
    );
    if (ended !== undefined) return `it lists ${ended.id}, which ${ended.endedBy} has ended`;
    const isWhole = !answer.headers.has('link') && !query.has('cursor') && !query.has('expiresWithinDays');
    const missing = own.find((one) => isUsable(one) === true && !listed.includes(one.id));
    return isWhole && missing !== undefined ? `it does not list ${missing.id}` : undefined;
  },
};

export const RULE_NAMES = Object.keys(RULES);

/** What an answer breaks, by the rules of the model. */
export function complaintsOf(exchange: Exchange): Complaint[] {
  return Object.entries(RULES).flatMap(([rule, find]) => {
    const complaint = find(exchange);
    return complaint === undefined ? [] : [`${rule}: ${complaint}`];
  });
}

/**
 * Method and path of the operation that answers a request. A check answers any method and any path below its own, and a request
 * that Node cannot parse belongs to no path.
 */
function documented({ request, isRegular }: Built, { body }: ReadAnswer): [method: string, path: string] {
  const { method } = request;
  const path = pathOf(request);
  const { code } = Object(body) as { code?: string };
  if (!isRegular && (code === 'malformed_request' || code === 'headers_too_large')) return [method, '/'];
  return /^\/auth\/verify(\/|$)/.test(path) ? ['GET', '/auth/verify'] : [method, path];
}

function ownerOf(world: World, name: unknown): User | undefined {
  return typeof name === 'string' ? (world.register.owners.get(name) ?? world.authHeaderNamed(name)?.owner) : undefined;
}

/** Whose data an answer may show; undefined for everybody's. */
function shownTo({ built, world }: Pick<Exchange, 'built' | 'answer' | 'world'>): readonly User[] | undefined {
  const { presented, fields = {}, step } = built;
  const principal = principalOf(presented);
  if (principal?.isAdmin) return undefined;
  const owner = principal === undefined ? [] : [principal];
  // Who knows a token may ask whose it is. Who knows a password is that user.
  const token = world.credentials.find(({ value }) => value === fields.token);
  if (token !== undefined && step.operation.path === '/oauth/introspect') owner.push(token.owner);
  const user = targetOf(world, fields);
  const isLogin = /^\/user\/(login|password)|\/login$/.test(step.operation.path);
  if (isLogin && user !== undefined) owner.push(user);
  return step.operation.path.startsWith('/user/login/second-factor') ? undefined : owner;
}

function complaintOf(check: () => void): Complaint | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
