import type { HeaderObject, OpenAPIObject, OperationObject, ParameterObject, ResponseObject } from '@nestjs/swagger';
import { groupsOf, type ReferenceOperation } from './operations.js';

/** An error of nearly every operation. */
export interface CommonError {
  readonly status: string;
  readonly response: ResponseObject;
  /** The operations that do not have it. */
  readonly exceptions: readonly ReferenceOperation[];
}

/** What most operations take and answer. The page says it once. */
export interface CommonParts {
  readonly parameters: readonly ParameterObject[];
  readonly headers: readonly (readonly [string, HeaderObject])[];
  readonly errors: readonly CommonError[];
}

/** The share of the operations from which a header is said once. */
const MOST = 0.5;
/**
 * The share for an error. An error that some operations do not have tells these apart, and so does a status that means something
 * else in each.
 */
const NEARLY_ALL = 0.9;

export function commonPartsOf(document: OpenAPIObject): CommonParts {
  const operations = groupsOf(document).flatMap((group) => group.operations);
  const most = operations.length * MOST;
  const parameters = operations.flatMap(({ operation }) =>
    parametersOf(operation).filter((parameter) => parameter.in === 'header'),
  );
  const headers = operations.flatMap(({ operation }) => headersOf(successOf(operation).response));
  const statuses = [...new Set(operations.flatMap(({ operation }) => Object.keys(operation.responses)))];
  return {
    parameters: frequent(parameters, ({ name }) => name, most),
    headers: frequent(headers, ([name]) => name, most),
    errors: statuses
      .filter((status) => !status.startsWith('2'))
      .sort()
      .flatMap((status) => {
        const found = operations.flatMap(({ operation }) => responseOf(operation, status) ?? []);
        const exceptions = operations.filter(({ operation }) => responseOf(operation, status) === undefined);
        const same = largestGroup(found, ({ description }) => description);
        const [response] = same;
        return response === undefined || same.length < operations.length * NEARLY_ALL
          ? []
          : [{ status, response, exceptions }];
      }),
  };
}

/** One of each name that occurs often. */
function frequent<T>(items: readonly T[], nameOf: (item: T) => string, least: number): T[] {
  const names = items.map(nameOf);
  return items.filter((item, index) => {
    const name = nameOf(item);
    return names.indexOf(name) === index && names.filter((other) => other === name).length > least;
  });
}

/** The items that have the most frequent name. */
function largestGroup<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const groups = [...new Set(items.map(nameOf))].map((name) => items.filter((item) => nameOf(item) === name));
  return groups.toSorted((one, other) => other.length - one.length)[0] ?? [];
}

export function parametersOf({ parameters = [] }: OperationObject): ParameterObject[] {
  return parameters.filter((parameter): parameter is ParameterObject => 'in' in parameter);
}

/** The successful response of an operation. */
export function successOf({ responses }: OperationObject): {
  readonly status: string;
  readonly response: ResponseObject;
} {
  const [status, found] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? ['200', undefined];
  return { status, response: found === undefined || '$ref' in found ? { description: '' } : found };
}

export function headersOf({ headers = {} }: ResponseObject): (readonly [string, HeaderObject])[] {
  return Object.entries(headers).flatMap(([name, header]) => ('$ref' in header ? [] : [[name, header] as const]));
}

function responseOf({ responses }: OperationObject, status: string): ResponseObject | undefined {
  const response = responses[status];
  return response === undefined || '$ref' in response ? undefined : response;
}
