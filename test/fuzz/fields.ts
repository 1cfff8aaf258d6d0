import fc, { type Arbitrary } from 'fast-check';
import type { DocumentedOperation, OpenApi } from '../support/openapi.js';
import { type Meaning, oddText, reference, type Template } from './values.js';

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly nullable?: boolean;
  readonly additionalProperties?: boolean;
}

export const SCOPES = ['orders:read', 'orders:write', 'authheader:manage', 'admin'];
const ROLES = ['editor', 'admin', 'viewer'];
const LOCALES = ['en', 'de', 'fr', 'es', 'ml', 'ar', 'xx'];

/** What the fields of the document stand for, by their names; the first rule that fits the operation's path. */
const MEANINGS: readonly (readonly [field: RegExp, path: RegExp, meaning: Meaning])[] = [
  [/^username$/, /^\/user\/(add|update)$/, 'new-username'],
  [/^username$/, /./, 'username'],
  [/^email$/, /^\/user\/(add|update|email)$/, 'new-email'],
  [/^email$/, /./, 'email'],
  [/^userId$/, /./, 'user-key'],
  [/^id$/, /^\/user\/sessions\/end$/, 'session'],
  [/^id$/, /^\/user\/factors\//, 'factor'],
  [/^id$/, /^\/authheader\//, 'auth-header-id'],
  [/^id$/, /^\/user\//, 'user-key'],
  [/^text$/, /./, 'auth-header'],
  [/^newPassword$/, /./, 'new-password'],
  [/^password$/, /^\/user\/add$/, 'new-password'],
  [/^password$/, /./, 'password'],
  [/^otp$/, /./, 'otp'],
  [/^token$/, /^\/oauth\//, 'credential'],
  [/^token$/, /\/confirm$/, 'enrolment'],
  [/^token$/, /./, 'challenge'],
  [/^client_id$/, /./, 'client-id'],
  [/^client_secret$/, /./, 'client-secret'],
  [/^(cursor|target|kid)$/, /./, 'cursor'],
  [/^allowedIps$/, /./, 'network'],
  [/^(name|firstname|lastname)$/, /./, 'new-name'],
  [/^compromised$/, /./, 'compromised'],
  [/^(expires|passwordExpires|from|until)$/, /./, 'moment'],
];

/** Fields that name the same thing, of which a body has one. */
const EITHER: readonly (readonly string[])[] = [
  ['id', 'text'],
  ['id', 'username'],
  ['username', 'email'],
];
/** Fields that most bodies are better off without: with them, they are for administrators, or can take effect once. */
const RARE =
  /^(userId|username|otp|expires|passwordExpires|rateLimit|endAuthHeaders|client_id|client_secret|cursor|target)$/;

const sometimes = <T>(value: Arbitrary<T>, weight: number): Arbitrary<T | undefined> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });

/** Valid values of the document's fields. */
export class Fields {
  constructor(private readonly document: OpenApi) {}

  /** Values of a field of an operation that the document allows. */
  of(operation: DocumentedOperation, name: string, given: Schema): Arbitrary<Template> {
    const schema = this.resolved(given);
    const own = this.byMeaning(operation.path, name, schema) ?? this.bySchema(operation, name, schema);
    return schema.nullable ? fc.oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: fc.constant(null) }) : own;
  }

  /** An object with the fields of a schema, the optional ones now and then. */
  object(operation: DocumentedOperation, given: Schema): Arbitrary<Record<string, Template>> {
    const { properties = {}, required = [] } = this.resolved(given);
    const isFree = (name: string): boolean => name in properties && !required.includes(name);
    const either = EITHER.find((names) => names.every(isFree)) ?? [];
    const fields = Object.entries(properties).map(([name, schema]): [string, Arbitrary<Template | undefined>] => {
      const value = this.of(operation, name, schema);
      const isGiven = required.includes(name) || (name === 'email' && operation.path === '/user/add');
      return [name, isGiven || either.includes(name) ? value : sometimes(value, RARE.test(name) ? 1 : 5)];
    });
    return fc.tuple(fc.record(Object.fromEntries(fields)), fc.nat(9)).map(([record, chance]) => {
      // Most bodies name what they are about once, and a few twice.
      const left = chance === 9 ? undefined : either[chance % either.length];
      const isKept = ([name, value]: [string, Template | undefined]): boolean => value !== undefined && name !== left;
      return Object.fromEntries(Object.entries(record).filter(isKept)) as Record<string, Template>;
    });
  }

  private byMeaning(path: string, name: string, { type }: Schema): Arbitrary<Template> | undefined {
    const meaning = MEANINGS.find(([field, where]) => field.test(name) && where.test(path))?.[2];
    if (meaning !== undefined) {
      return type === 'array' ? fc.array(reference(meaning), { maxLength: 3 }) : reference(meaning);
    }
    // Empty and several lists of words of one's own.
    if (name === 'scopes') return fc.subarray([...SCOPES]);
    if (name === 'roles') return fc.subarray([...ROLES]);
    if (name === 'scope') {
      const scope = fc.constantFrom(...SCOPES);
      return type === 'array' ? fc.array(scope, { maxLength: 2 }) : scope;
    }
    if (name === 'role') return fc.array(fc.constantFrom(...ROLES), { maxLength: 2 });
    if (name === 'locale') return fc.constantFrom(...LOCALES);
    // Long waits and long pages are slow, and tell nothing more.
    if (name === 'waitMs') return fc.nat(5);
    if (name === 'limit' && type === 'integer' && path.endsWith('/list')) return fc.integer({ min: 1, max: 40 });
    return undefined;
  }

  private bySchema(operation: DocumentedOperation, name: string, schema: Schema): Arbitrary<Template> {
    const { type, minimum = 0, maximum = 2 ** 31, minLength = 0, maxLength = 100, items = {} } = schema;
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (type === 'boolean') return fc.boolean();
    if (type === 'integer') {
      const small = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 5) });
      return fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) });
    }
    if (type === 'array') return fc.array(this.of(operation, name, items), { maxLength: 3 });
    if (type === 'object') {
      return schema.additionalProperties
        ? fc.dictionary(fc.constantFrom('id', 'rawId', 'type', 'response'), oddText, { maxKeys: 4 })
        : this.object(operation, schema);
    }
    return fc.string({ unit: 'grapheme-ascii', minLength, maxLength: Math.min(maxLength, minLength + 12) });
  }

  resolved(schema: Schema): Schema {
    if (schema.allOf?.[0] !== undefined) return this.resolved(schema.allOf[0]);
    if (schema.$ref === undefined) return schema;
    return this.document.components.schemas[schema.$ref.replace('#/components/schemas/', '')] as Schema;
  }
}
