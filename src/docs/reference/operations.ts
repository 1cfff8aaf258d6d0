import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';

/** The media type that this page describes bodies of. */
export const JSON_TYPE = 'application/json';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** The titles and anchors that operations have in the Slate document. Links to it lead to the same sections here. */
const SLATE_SECTIONS: Readonly<Record<string, Pick<ReferenceOperation, 'id' | 'title'>>> = {
  logInWithEmail: { id: 'login', title: 'Login' },
  getKitten: { id: 'get-a-specific-kitten', title: 'Get a Specific Kitten' },
  deleteKitten: { id: 'delete-a-specific-kitten', title: 'Delete a Specific Kitten' },
};
/** The tags whose operations the Slate document has below another heading. */
const SLATE_HEADINGS: Readonly<Record<string, string>> = { Kittens: 'Accounts' };

/** An operation of the API, with its paths. */
export interface ReferenceOperation {
  /** Unique on the page: its anchor. */
  readonly id: string;
  /** The ids of the operations that this section is about, which are anchors too. */
  readonly operationIds: readonly string[];
  /** Upper case. */
  readonly method: string;
  /** The path of its samples, and others that do the same. */
  readonly paths: readonly [string, ...string[]];
  readonly title: string;
  readonly operation: OperationObject;
}

/** The operations below one heading. */
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
  const others = operations.map(headingOf).filter((name) => !declared.some((tag) => tag.name === name));
  const tags = [...declared, ...[...new Set(others)].map((name) => ({ name, description: '' }))];
  return tags
    .map(({ name, description = '' }) => ({
      id: anchorOf(name),
      name,
      description,
      operations: operations.filter((operation) => headingOf(operation) === name),
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

/** Operations that differ in their path alone are one. */
function operationsOf({ paths }: OpenAPIObject): ReferenceOperation[] {
  const found = new Map<string, ReferenceOperation>();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      const next = describe(method.toUpperCase(), path, operation);
      const key = JSON.stringify([method, operation.summary ?? path, operation.description, operation.tags]);
      const known = found.get(key);
      found.set(key, known === undefined ? next : merge(known, next));
    }
  }
  return [...found.values()];
}

function describe(method: string, path: string, operation: OperationObject): ReferenceOperation {
  const { operationId = anchorOf(`${method}${path}`), summary = `${method} ${path}` } = operation;
  const section = { id: operationId, title: summary, ...SLATE_SECTIONS[operationId] };
  return { ...section, operationIds: [operationId], method, paths: [path], operation };
}

function merge(known: ReferenceOperation, { paths, operationIds }: ReferenceOperation): ReferenceOperation {
  return { ...known, paths: [...known.paths, ...paths], operationIds: [...known.operationIds, ...operationIds] };
}

/** The heading that an operation stands below. */
function headingOf({ operation }: Pick<ReferenceOperation, 'operation'>): string {
  const tag = tagOf(operation);
  return SLATE_HEADINGS[tag] ?? tag;
}

export function tagOf({ tags = [] }: OperationObject): string {
  return tags[0] ?? 'Other';
}
