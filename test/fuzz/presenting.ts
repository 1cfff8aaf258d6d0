import { type Cast, MAKER_COUNT } from './cast.js';
import type { Presentation } from './steps.js';
import { type Credential, isUsable, type User, type World } from './world.js';

/** What a request presents, as far as the model can tell. */
export interface Presented {
  readonly credential: Credential | undefined;
  /** `none`: nothing that is read. `refused`: something that must not be accepted. `unknown`: the model does not say. */
  readonly state: 'alive' | 'none' | 'refused' | 'unknown';
}

/** The user whose request it is, if the model is sure of it. */
export function principalOf({ state, credential }: Presented): User | undefined {
  return state === 'alive' || state === 'unknown' ? credential?.owner : undefined;
}

export async function presentedCredential(
  { way, pick, isRenewed }: Presentation,
  world: World,
  cast: Cast,
): Promise<Credential | undefined> {
  if (way === 'none') return undefined;
  if (pick < MAKER_COUNT) return cast.credential(pick, isRenewed);
  const known = world.credentials;
  return known[(pick - MAKER_COUNT) % Math.max(known.length, 1)] ?? cast.credential(0, isRenewed);
}

/** An OAuth client is named in one place. Now and then the form names another one as well. */
export function adjustClient(
  body: Record<string, unknown>,
  { way, pick }: Presentation,
  credential: Credential | undefined,
): boolean {
  if (way === 'form' && credential?.kind === 'auth-header') {
    Object.assign(body, { client_id: credential.id, client_secret: credential.value });
    return false;
  }
  if (pick % 5 === 0) return 'client_id' in body || 'client_secret' in body;
  delete body.client_id;
  delete body.client_secret;
  return false;
}

export function credentialHeaders(
  { way }: Presentation,
  credential: Credential | undefined,
  { credentials }: World,
  isForm: boolean,
): [string, string][] {
  if (credential === undefined) return [];
  const { value, id, kind } = credential;
  const basic = Buffer.from(`${id}:${value}`).toString('base64');
  const other = credentials.find((one) => one.value !== value)?.value ?? 'ep_x';
  switch (way) {
    case 'bare':
      return [['Authorization', value]];
    case 'lower-case':
      return [['authorization', `bearer  ${value}`]];
    case 'x-authorization':
      return [['X-Authorization', value]];
    case 'x-api-key':
      return [['X-API-Key', value]];
    case 'twice':
      return [
        ['Authorization', `Bearer ${value}`],
        ['x-authorization', value],
      ];
    case 'two':
      return [
        ['Authorization', `Bearer ${value}`],
        ['X-Authorization', other],
      ];
    case 'basic':
    case 'other-scheme':
      return [['Authorization', `Basic ${way === 'basic' ? basic : value}`]];
    case 'form':
      return isForm && kind === 'auth-header' ? [] : [['Authorization', `Bearer ${value}`]];
    case 'cookie':
      return [['Cookie', `__Host-session=${value}; session=${value}; Authorization=${value}`]];
    case 'garbled':
      return [['Authorization', `Bearer ${garbled(value)}`]];
    case 'unsigned':
      return [['Authorization', `Bearer ${unsigned(value)}`]];
    case 'foreign':
      return [['Authorization', `Bearer ${foreign(value)}`]];
    case 'query':
    case 'none':
      return [];
    default:
      return [['Authorization', `Bearer ${value}`]];
  }
}

export function stateOf(
  { way }: Presentation,
  credential: Credential | undefined,
  address: string,
  isForm: boolean,
): Presented['state'] {
  if (credential === undefined || ['none', 'cookie', 'other-scheme', 'query'].includes(way)) return 'none';
  if (way === 'basic' && !isForm) return 'none';
  if (['garbled', 'unsigned', 'foreign', 'two'].includes(way)) return 'refused';
  if (credential.kind !== 'auth-header' && (way === 'basic' || way === 'x-api-key')) return 'refused';
  const usable = isUsable(credential);
  if (usable === false) return 'refused';
  // Of networks, the model knows that of its own address.
  const { allowedIps } = credential;
  const isOwn = (network: string): boolean => network === address || network === `${address}/32`;
  if (allowedIps.length > 0 && !allowedIps.some(isOwn)) return 'unknown';
  return usable === true ? 'alive' : 'unknown';
}

/** A token with another letter in its middle, of the same shape. */
function garbled(value: string): string {
  const middle = Math.floor(value.length / 2);
  const letter = value[middle] === 'A' ? 'B' : 'A';
  return value.slice(0, middle) + letter + value.slice(middle + 1);
}

function unsigned(value: string): string {
  const [, payload = 'e30'] = value.split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
}

/** The claims of a JWT with a signature of the wrong key, or an auth header that nobody has. */
function foreign(value: string): string {
  const [head = '', payload] = value.split('.');
  return payload === undefined ? `${value.slice(0, -6)}000000` : `${head}.${payload}.${'A'.repeat(86)}`;
}
