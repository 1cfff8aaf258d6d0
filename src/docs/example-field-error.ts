import type { OpenAPIObject, ParameterObject } from '@nestjs/swagger';
import type { FieldError } from '../errors/api-error.js';
import { FORM_TYPE } from '../http/form-body.js';
import { message, type Message } from '../i18n/message.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const MESSAGES: Readonly<Record<string, Message>> = {
  string: message('must_be_a_string'),
  number: message('must_be_a_whole_number'),
  boolean: message('must_be_true_or_false'),
  object: message('must_be_an_object'),
};

/**
 * An example of a validation error of an operation: in the first field of its body, or else in a number or a
 * text in its query. An operation with none of them still parses a body, and rejects a duplicate name in it.
 */
export function exampleFieldError({ requestBody, parameters = [] }: Operation): FieldError {
  const content = requestBody !== undefined && 'content' in requestBody ? requestBody.content : {};
  const [parameter] = Object.keys((content[FORM_TYPE]?.example as object | undefined) ?? {});
  if (parameter !== undefined) return { field: parameter, message: message('is_required') };
  const body: unknown = content['application/json']?.example;
  const fields: [string, unknown][] = [
    ...Object.entries(body ?? {}),
    ...parameters.flatMap((parameter): [string, unknown][] =>
      'name' in parameter && isInteger(parameter.schema) ? [[parameter.name, 1]] : [],
    ),
  ];
  const [first] = fields;
  if (first === undefined) {
    const text = parameters.find((parameter) => 'in' in parameter && parameter.in === 'query');
    if (text !== undefined && 'name' in text) return { field: text.name, message: message('is_not_valid') };
    return { field: 'name', message: message('is_there_twice') };
  }
  const [field, value] = first;
  return { field, message: MESSAGES[typeof value] ?? message('is_not_valid') };
}

function isInteger(schema: ParameterObject['schema']): boolean {
  return schema !== undefined && 'type' in schema && schema.type === 'integer';
}
