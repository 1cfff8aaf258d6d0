import type { OpenAPIObject } from '@nestjs/swagger';
import { codeSamples } from './samples/code-samples.js';
import { fitAnswer } from './samples/fit-answer.js';
import { sampleRequest } from './samples/sample-request.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** A copy of the document with samples on every operation, which call the given server, and with the answers that they get. */
export function withSamples(document: OpenAPIObject, serverUrl: string): OpenAPIObject {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([method, operation]) => {
      const samples = codeSamples(sampleRequest(serverUrl, method, path, operation as Operation));
      return [method, { ...fitAnswer(operation as Operation, path), 'x-codeSamples': samples }];
    });
    return [path, Object.fromEntries(operations) as object];
  });
  return { ...document, paths: Object.fromEntries(paths) as OpenAPIObject['paths'] };
}
