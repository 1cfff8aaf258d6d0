import type { Media, OpenApi } from './openapi.js';

/**
 * The document's schemas, each where it is there, closed to fields that they do not name. Samples and prose are most of a
 * document, and Ajv would look for schemas in them.
 */
export function closedSchemasOf({ paths, components }: OpenApi): object {
  const contentOf = (content: Record<string, Media> = {}) => mapValues(content, ({ schema }) => ({ schema }));
  const schemas = {
    components: { schemas: components.schemas },
    paths: mapValues(paths, (item) =>
      mapValues(item, ({ requestBody, responses }) => ({
        requestBody: { content: contentOf(requestBody?.content) },
        responses: mapValues(responses, ({ headers, content }) => ({ headers, content: contentOf(content) })),
      })),
    ),
  };
  return closeObjects(structuredClone(schemas)) as object;
}

/** The schema at a JSON pointer (RFC 6901) into {@link closedSchemasOf}. */
export function schemaAt(schemas: object, pointer: string): unknown {
  const names = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.slice(1).reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], schemas);
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** A field that the document does not name is a fault, here, even if to a client it is none. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) node.forEach(closeObjects);
  else if (typeof node === 'object' && node !== null) {
    Object.values(node).forEach(closeObjects);
    if ('properties' in node && 'type' in node) Object.assign(node, { additionalProperties: false });
  }
  return node;
}
