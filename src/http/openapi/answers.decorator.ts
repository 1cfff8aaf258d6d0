import { applyDecorators } from '@nestjs/common';
import { ApiExtension, type HeaderObject } from '@nestjs/swagger';
import type { ProblemCode } from '../../errors/problems.js';
import { JsonText } from './json-text.decorator.js';
import { DEFAULT_LOCALE, LOCALES } from '../../languages/locales.js';

/** Where a route's declaration waits for the document's builder; it is not part of the document itself. */
export const ANSWERS_EXTENSION = 'x-answers';

/** What a route declares of its answers, beside the type of its body. */
export interface DeclaredAnswers {
  /** Of the answer when all went well. */
  readonly description: string;
  /** The refusals of its own; what every route of its kind can answer is added by the document's builder. */
  readonly problems: readonly ProblemCode[];
  /** The headers of the answer when all went well. */
  readonly headers: Readonly<Record<string, HeaderObject>>;
}

/** Documents what a route answers, and has it answered as JSON text. Every route carries it: the document's builder insists. */
export function Answers(
  description: string,
  problems: readonly ProblemCode[] = [],
  headers: Readonly<Record<string, HeaderObject>> = {},
): MethodDecorator {
  const declared: DeclaredAnswers = { description, problems, headers };
  return applyDecorators(JsonText, ApiExtension(ANSWERS_EXTENSION, declared));
}

/** The header of a list that has more than one page. */
export function nextPageHeader(path: string): Readonly<Record<string, HeaderObject>> {
  return {
    Link: {
      description: 'Where the next page is (RFC 8288); absent on the last one.',
      schema: { type: 'string' },
      example: `<${path}?limit=100&cursor=0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d>; rel="next"`,
    },
  };
}

/** The header of every answer that says something to its reader. */
export const CONTENT_LANGUAGE_HEADER: Readonly<Record<string, HeaderObject>> = {
  'Content-Language': {
    description: 'The language of the messages.',
    schema: { type: 'string', enum: [...LOCALES] },
    example: DEFAULT_LOCALE,
  },
};
