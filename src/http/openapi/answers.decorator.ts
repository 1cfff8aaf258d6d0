import { applyDecorators } from '@nestjs/common';
import { ApiExtension, type HeaderObject } from '@nestjs/swagger';
import type { ProblemCode } from '../../errors/problems.js';
import { JsonText } from './json-text.decorator.js';
import { DEFAULT_LOCALE, LOCALES } from '../../i18n/locales.js';

/** The extension that passes a route's declaration to the document builder, which removes it from the document. */
export const ANSWERS_EXTENSION = 'x-answers';

/** The responses a route declares, except the type of the body. */
export interface DeclaredAnswers {
  /** The description of the success response. */
  readonly description: string;
  /** The errors specific to the route. The document builder adds the errors common to routes of its kind. */
  readonly problems: readonly ProblemCode[];
  /** The headers of the success response. */
  readonly headers: Readonly<Record<string, HeaderObject>>;
}

/** Documents the responses of a route and serialises them to JSON text. The document builder requires it on every route. */
export function Answers(
  description: string,
  problems: readonly ProblemCode[] = [],
  headers: Readonly<Record<string, HeaderObject>> = {},
): MethodDecorator {
  const declared: DeclaredAnswers = { description, problems, headers };
  return applyDecorators(JsonText, ApiExtension(ANSWERS_EXTENSION, declared));
}

/** The header of a list with more than one page. */
export function nextPageHeader(path: string): Readonly<Record<string, HeaderObject>> {
  return {
    Link: {
      description: 'The next page (RFC 8288); absent on the last one.',
      schema: { type: 'string' },
      example: `<${path}?limit=100&cursor=0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d>; rel="next"`,
    },
  };
}

/** The header of every answer, as a component of the document. */
export const REQUEST_ID_COMPONENT: Readonly<Record<string, HeaderObject>> = {
  RequestId: {
    description:
      "Names the request, as the server's log and its internal errors do. A trusted proxy can name it by the request header of the same name.",
    required: true,
    schema: { type: 'string' },
    example: 'kR3xV9aQ-5f',
  },
};

/** How an answer refers to it. */
export const REQUEST_ID_HEADER_OF_ANSWERS = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } } as const;

/** The header of every response with a message for its reader. */
export const CONTENT_LANGUAGE_HEADER: Readonly<Record<string, HeaderObject>> = {
  'Content-Language': {
    description: 'The language of the messages.',
    schema: { type: 'string', enum: [...LOCALES] },
    example: DEFAULT_LOCALE,
  },
};
