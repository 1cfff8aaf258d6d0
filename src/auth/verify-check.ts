import type { IncomingMessage } from 'node:http';
import { ApiError, bearerChallenge, type FieldError, loginRefusal } from '../errors/api-error.js';
import { MAX_COMPLAINTS, unknownField } from '../errors/invalid-fields.js';
import type { LoginRequirement } from '../guard/login-proof.js';
import { readCredential } from '../guard/read-credential.js';
import { isVariantOf } from '../http/field-rules.js';
import { message } from '../i18n/message.js';
import type { Principal } from './principal.js';
import { ROLE, SCOPE } from './right-names.js';

/** The parameters of a check: what each word of their values is like, and the complaint about any other. */
const PARAMETERS = {
  scope: { form: SCOPE, complaint: message('must_be_scopes'), builtIn: ['admin', 'authheader:manage'] },
  role: { form: ROLE, complaint: message('must_be_roles'), builtIn: ['admin'] },
  max_age: { form: /^[1-9]\d{0,8}$/, complaint: message('must_be_whole_seconds'), builtIn: [] },
  acr: { form: /^aal[12]$/, complaint: message('must_be_one_of', { words: 'aal1, aal2' }), builtIn: [] },
  optional: { form: /^1$/, complaint: message('must_be_one_of', { words: '1' }), builtIn: [] },
  as: { form: /^remote$/, complaint: message('must_be_one_of', { words: 'remote' }), builtIn: [] },
} as const;
type Parameter = keyof typeof PARAMETERS;

/** The query of a client, which a proxy may pass on, can hold thousands. */
const MAX_PARAMETERS = 50;

/** What a proxy demands of a credential, and how it wants the answer, by the query of `/auth/verify`. */
export class VerifyCheck {
  private readonly words: Readonly<Record<Parameter, string[]>> = {
    scope: [],
    role: [],
    max_age: [],
    acr: [],
    optional: [],
    as: [],
  };
  private readonly login: LoginRequirement;

  /**
   * @param url the path and the query of a check.
   * @throws ApiError `invalid_check`, also for an unknown parameter: without the one that was misspelt, a
   * check would let through what it was meant to refuse.
   */
  constructor(url: string) {
    const start = url.indexOf('?');
    const pairs = start < 0 ? [] : url.slice(start + 1).split('&');
    const complaints = pairs.slice(0, MAX_PARAMETERS).flatMap((pair) => (pair === '' ? [] : this.read(pair)));
    if (pairs.length > MAX_PARAMETERS) complaints.push({ field: 'scope', message: message('holds_too_many_values') });
    if (complaints.length > 0) throw new ApiError('invalid_check', { details: complaints.slice(0, MAX_COMPLAINTS) });
    this.login = strictest(this.words.max_age, this.words.acr);
  }

  /** Whether the answer also has the headers that ready-made applications read. */
  get isRemote(): boolean {
    return this.words.as.length > 0;
  }

  /** Whether a principal has every scope and every role that is demanded, and logged in as it is demanded. */
  isMetBy(principal: Principal): boolean {
    return this.hasRights(principal) && principal.meetsLogin(this.login);
  }

  /** The refusal of a principal that does not meet the check. A lack of rights comes first, since no other login gives any. */
  refusalOf(principal: Principal): ApiError {
    if (this.hasRights(principal)) return loginRefusal(this.login);
    const scope = this.words.scope.join(' ');
    const challenge = bearerChallenge('insufficient_scope', scope === '' ? undefined : scope);
    return new ApiError('insufficient_scope', { headers: { 'www-authenticate': challenge } });
  }

  /**
   * Whether a request has no credential, and may do without. What is demanded of a credential needs one. Permission is the proxy's to give: a
   * proxy that passes on its client's query would let in every client that asks for it.
   */
  isMetWithoutCredential(request: IncomingMessage): boolean {
    const { scope, role, max_age, acr, optional } = this.words;
    return (
      optional.length > 0 &&
      scope.length + role.length + max_age.length + acr.length === 0 &&
      readCredential(request.rawHeaders) === 'credential_required' &&
      !isAskedByClient(request)
    );
  }

  private hasRights(principal: Principal): boolean {
    const { scope, role } = this.words;
    return scope.every((one) => principal.mayGrant(one)) && role.every((one) => principal.hasRole(one));
  }

  private read(pair: string): FieldError[] {
    const [writtenName = '', ...rest] = pair.split('=');
    const [name, value] = [decoded(writtenName), decoded(rest.join('='))];
    if (name === undefined || value === undefined) return [{ field: writtenName, message: message('is_not_valid') }];
    if (!isParameter(name)) return [{ field: name, message: unknownField(name, Object.keys(PARAMETERS)) }];
    const { form, complaint, builtIn } = PARAMETERS[name];
    const words = value.split(' ');
    this.words[name].push(...words);
    if (!words.every((word) => form.test(word))) return [{ field: name, message: complaint }];
    // A check for a right that nobody can have would refuse everybody.
    const meant = builtIn.find((right) => words.some((word) => isVariantOf(word, right)));
    return meant === undefined ? [] : [{ field: name, message: message('must_be_spelt', { word: meant }) }];
  }
}

/** All that is demanded, also where a proxy that passes on its client's query demands something twice. */
function strictest(maxAges: readonly string[], acrs: readonly string[]): LoginRequirement {
  return {
    ...(maxAges.length === 0 ? {} : { maxAgeSeconds: Math.min(...maxAges.map(Number)) }),
    ...(acrs.length === 0 ? {} : { acr: acrs.includes('aal2') ? 'aal2' : 'aal1' }),
  };
}

function isParameter(name: string): name is Parameter {
  return Object.hasOwn(PARAMETERS, name);
}

/** Unless it is told otherwise, Caddy passes on the query of its client. It reports the URL of its client in this header. */
function isAskedByClient({ headers }: IncomingMessage): boolean {
  const reported = headers['x-forwarded-uri'];
  if (reported === undefined) return false;
  const url = decoded(String(reported));
  return url === undefined || /[?&]optional(?:[=&]|$)/.test(url);
}

/** A text of a query; undefined if it is not percent-encoded UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
