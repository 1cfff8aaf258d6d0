import fc, { type Arbitrary } from 'fast-check';
import type { DocumentedOperation, OpenApi } from '../support/openapi.js';
import { takesForm } from '../support/openapi.js';
import { Fields, type Schema } from './fields.js';
import { rightsOf } from './rights.js';
import { type Twist, TWISTS } from './twists.js';
import type { Template } from './values.js';

/** How a credential is presented. */
export type Way =
  | 'bearer'
  | 'lower-case'
  | 'bare'
  | 'x-authorization'
  | 'x-api-key'
  | 'twice'
  | 'basic'
  | 'form'
  | 'none'
  | 'two'
  | 'other-scheme'
  | 'cookie'
  | 'query'
  | 'garbled'
  | 'unsigned'
  | 'foreign';

export interface Presentation {
  readonly way: Way;
  /** Which credential: first those that every sequence can have, then whatever there is by then, living or dead. */
  readonly pick: number;
  /** Whether one that has died is replaced by a new one of its kind. */
  readonly isRenewed: boolean;
  /** Whether the request comes from another network than the other ones. */
  readonly isAway: boolean;
}

/** One request of a sequence, before it is known what there is to name. */
export interface Step {
  readonly operation: DocumentedOperation;
  readonly presentation: Presentation;
  readonly path: Readonly<Record<string, Template>>;
  readonly query: Readonly<Record<string, Template>>;
  readonly body: Readonly<Record<string, Template>> | undefined;
  readonly language: string | undefined;
  readonly twist: Twist | undefined;
}

const WAYS: Arbitrary<Way> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Way>('bearer') },
  { weight: 5, arbitrary: fc.constantFrom<Way>('bare', 'x-authorization', 'x-api-key', 'lower-case', 'twice') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Way>('none', 'two', 'other-scheme', 'cookie', 'query', 'garbled', 'unsigned', 'foreign'),
  },
);
/** Most clients of the OAuth routes are named by Basic or in the form. */
const CLIENT_WAYS: Arbitrary<Way> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Way>('basic', 'form') },
  { weight: 3, arbitrary: WAYS },
);

/** How often an operation is asked for, where once in a while is too often or too rare. */
const WEIGHTS: Readonly<Record<string, number>> = {
  '/authheader/add': 3,
  '/authheader/list': 3,
  '/authheader/update': 3,
  '/authheader/rotate': 3,
  '/authheader/delete': 3,
  '/user/sessions': 2,
  '/user/sessions/end': 2,
  '/user/me': 2,
};

/** Requests of every operation of a document, good and bad. */
export function stepsOf(document: OpenApi, operations: readonly DocumentedOperation[]): Arbitrary<Step> {
  const fields = new Fields(document);
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: WEIGHTS[operation.path] ?? 1,
      arbitrary: stepOf(fields, operation),
    })),
  );
}

/** Any credential, and more often one that the operation is for, as the makers of {@link Cast} are ordered. */
function picksFor(operation: DocumentedOperation): Arbitrary<number> {
  const { needsAdmin, takesSessionsOnly } = rightsOf(operation);
  const fitting = needsAdmin ? [2, 2, 6] : takesSessionsOnly ? [0, 1, 11] : [0, 1, 3, 5];
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, { weight: 4, arbitrary: fc.nat(23) });
}

function stepOf(fields: Fields, operation: DocumentedOperation): Arbitrary<Step> {
  const { parameters = [], requestBody } = operation;
  const among = (place: string): Arbitrary<Record<string, Template>> => {
    const found = parameters.filter((parameter) => parameter.in === place);
    const properties = Object.fromEntries(found.map(({ name, schema }) => [name, (schema ?? {}) as Schema]));
    const required = found
      .filter((parameter) => parameter.required === true || parameter.name === 'limit')
      .map(({ name }) => name);
    return fields.object(operation, { type: 'object', properties, required });
  };
  const [media] = Object.values(requestBody?.content ?? {});
  const body = media === undefined ? fc.constant(undefined) : fields.object(operation, media.schema);
  return fc.record({
    operation: fc.constant(operation),
    presentation: fc.record({
      way: takesForm(operation) ? CLIENT_WAYS : WAYS,
      pick: picksFor(operation),
      isRenewed: fc.integer({ min: 0, max: 3 }).map((chance) => chance < 3),
      isAway: fc.nat(11).map((chance) => chance === 11),
    }),
    path: among('path'),
    query: among('query'),
    body,
    language: fc.constantFrom(undefined, undefined, undefined, undefined, 'de', 'ar, en;q=0.5'),
    twist: fc.oneof({ weight: 13, arbitrary: fc.constant(undefined) }, { weight: 7, arbitrary: TWISTS }),
  });
}
