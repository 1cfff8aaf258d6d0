import type { OpenAPIObject } from '@nestjs/swagger';
import type { FieldComplaint } from '../errors/api-error.js';
import { message, type Message } from '../i18n/message.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const MESSAGES: Readonly<Record<string, Message>> = {
  string: message('must_be_a_string'),
  number: message('must_be_a_whole_number'),
  boolean: message('must_be_true_or_false'),
  object: message('must_be_an_object'),
};

/**
 * What could be wrong with a field of an operation's own: the first of its body, or else a number in its URL. Where there
 * is neither, a body is read all the same, and refused for a name that is there twice.
 */
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
  const [first] = fields;
  if (first === undefined) return { field: 'name', message: message('is_there_twice') };
  const [field, value] = first;
  return { field, message: MESSAGES[typeof value] ?? message('is_not_valid') };
}
