import type { OpenAPIObject } from '@nestjs/swagger';
import { LRUCache } from 'lru-cache';
import { codeSamples } from './samples/code-samples.js';
import { sampleRequest } from './samples/sample-request.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Whoever asks under ever new names must not fill the memory. */
const ORIGINS_KEPT = 16;

/** A document for each origin the server is reached under: its samples call that one. */
export function documentsByOrigin(document: OpenAPIObject): (origin: string) => OpenAPIObject {
  const documents = new LRUCache<string, OpenAPIObject>({ max: ORIGINS_KEPT });
  return (origin) => {
    let found = documents.get(origin);
    if (found === undefined) {
      found = withSamples(document, origin);
      documents.set(origin, found);
    }
    return found;
  };
}

/** The document with samples on every operation that call an origin; the document itself stays as it is. */
function withSamples(document: OpenAPIObject, origin: string): OpenAPIObject {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([method, operation]) => {
      const samples = codeSamples(sampleRequest(origin, method, path, operation as Operation));
      return [method, { ...(operation as Operation), 'x-codeSamples': samples }];
    });
    return [path, Object.fromEntries(operations) as object];
  });
  return { ...document, paths: Object.fromEntries(paths) as OpenAPIObject['paths'] };
}
