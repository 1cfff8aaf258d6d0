import type { OpenAPIObject } from '@nestjs/swagger';
import type { FieldComplaint } from '../errors/api-error.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const MESSAGES: Readonly<Record<string, string>> = {
  string: 'must be a string',
  number: 'must be a whole number',
  boolean: 'must be true or false',
  object: 'must be an object',
};

/** What could be wrong with a field of an operation's own: the first of its body, or else a number in its URL. */
export function exampleComplaint({ requestBody, parameters = [] }: Operation): FieldComplaint {
  const body: unknown =
    requestBody !== undefined && 'content' in requestBody
      ? requestBody.content['application/json']?.example
      : undefined;
  const fields: [string, unknown][] = [
    ...Object.entries(body ?? {}),
    ...parameters.flatMap((parameter): [string, unknown][] =>
      'name' in parameter && typeof parameter.example === 'number' ? [[parameter.name, parameter.example]] : [],
    ),
  ];
  const [field, value] = fields[0] ?? ['', ''];
  return { field, message: MESSAGES[typeof value] ?? '' };
}
