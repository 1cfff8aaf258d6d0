import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';

/** The media type that this page describes bodies of. */
export const JSON_TYPE = 'application/json';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** An operation of the API, with its path. */
export interface ReferenceOperation {
  /** Unique on the page: its anchor. */
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly title: string;
  /** Whether another operation has the same title, so that only the path distinguishes them. */
  readonly isTitleShared: boolean;
  readonly operation: OperationObject;
}

/** The operations of one tag. */
export interface ReferenceGroup {
  /** Unique on the page: its anchor. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly operations: readonly ReferenceOperation[];
}

/** A sample of a call in one language, as the `x-codeSamples` of an operation hold it. */
export interface CodeSample {
  readonly lang: string;
  readonly label: string;
  readonly source: string;
}

/** The operations of a document by tag: the declared tags in their order, then all other tags. */
export function groupsOf(document: OpenAPIObject): ReferenceGroup[] {
  const operations = operationsOf(document);
  const declared = document.tags ?? [];
  const others = operations.map(tagOf).filter((name) => !declared.some((tag) => tag.name === name));
  const tags = [...declared, ...[...new Set(others)].map((name) => ({ name, description: '' }))];
  return tags
    .map(({ name, description = '' }) => ({
      id: anchorOf(name),
      name,
      description,
      operations: operations.filter((operation) => tagOf(operation) === name),
    }))
    .filter((group) => group.operations.length > 0);
}

/** The anchor of a section by its title. */
export function anchorOf(title: string): string {
  return title.toLowerCase().replace(/\W+/g, '-');
}

export function samplesOf(operation: OperationObject): readonly CodeSample[] {
  return (operation as { 'x-codeSamples'?: readonly CodeSample[] })['x-codeSamples'] ?? [];
}

function operationsOf({ paths }: OpenAPIObject): ReferenceOperation[] {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }];
    }),
  );
  const titles = operations.map(({ method, path, operation }) => operation.summary ?? `${method} ${path}`);
  return operations.map((found, index) => ({
    ...found,
    id: found.operation.operationId ?? anchorOf(`${found.method}${found.path}`),
    title: titles[index] ?? '',
    isTitleShared: titles.indexOf(titles[index] ?? '') !== titles.lastIndexOf(titles[index] ?? ''),
  }));
}

function tagOf({ operation }: Pick<ReferenceOperation, 'operation'>): string {
  return operation.tags?.[0] ?? 'Other';
}
