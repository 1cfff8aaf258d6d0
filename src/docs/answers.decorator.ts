import { ApiExtension, type HeaderObject } from '@nestjs/swagger';
import type { ProblemCode } from '../errors/problems.js';

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

/** Documents what a route answers. Every route carries it: the document's builder insists. */
export function Answers(
  description: string,
  problems: readonly ProblemCode[] = [],
  headers: Readonly<Record<string, HeaderObject>> = {},
): MethodDecorator {
  const declared: DeclaredAnswers = { description, problems, headers };
  return ApiExtension(ANSWERS_EXTENSION, declared);
}
