import type { OpenAPIObject } from '@nestjs/swagger';
import { groupsOf } from '../reference/operations.js';
import { SUMMARY } from '../reference/summary.js';

/**
 * Renders the index of the documentation for language models, in the form of llmstxt.org: a summary and lists of links.
 * @param serverUrl the base URL of the links
 */
export function renderIndex(document: OpenAPIObject, serverUrl: string): string {
  return [
    `# ${document.info.title}`,
    `> ${SUMMARY}`,
    [
      '## Documentation',
      '',
      `- [Reference as Markdown](${serverUrl}/docs.md): every call with its fields, samples and errors`,
      `- [OpenAPI document](${serverUrl}/openapi.json): the same for programs`,
      `- [Reference as a page](${serverUrl}/docs): samples in Shell, Ruby, Python and JavaScript`,
      `- [Swagger UI](${serverUrl}/swagger): the calls, to try them`,
    ].join('\n'),
    ...groupsOf(document).map(({ name, operations }) =>
      [
        `## ${name}`,
        '',
        ...operations.map(
          ({ id, title, method, paths, operation }) =>
            `- [${title}](${serverUrl}/docs#${id}): \`${method} ${paths[0]}\` ${firstSentence(operation.description)}`,
        ),
      ].join('\n'),
    ),
    [`## Errors`, '', `- [Errors](${serverUrl}/docs#errors): every error code`].join('\n'),
    '',
  ].join('\n\n');
}

function firstSentence(description = ''): string {
  const [paragraph = ''] = description.split('\n\n');
  return paragraph.replaceAll('\n', ' ').replace(/\. .*$/, '.');
}
