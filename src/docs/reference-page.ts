import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** A plain rendering of the document: every operation, what it takes and what it answers. */
export function referencePage(document: OpenAPIObject): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => renderOperation(method, path, operation as Operation)),
  );
  const { title, description } = document.info;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body>
<h1>${escape(title)}</h1>
<p>${escape(description ?? '')}</p>
<p>Try the calls in <a href="swagger">Swagger UI</a>, or read the <a href="openapi.json">OpenAPI document</a>.</p>
${operations.join('\n')}
</body>
</html>
`;
}

function renderOperation(method: string, path: string, { summary, description, responses }: Operation): string {
  const answers = Object.entries(responses).map(([status, response]) => {
    const text = response !== undefined && 'description' in response ? response.description : '';
    return `<tr><th scope="row">${escape(status)}</th><td>${escape(text)}</td></tr>`;
  });
  return `<h2>${escape(summary ?? '')}</h2>
<p><code>${escape(method.toUpperCase())} ${escape(path)}</code></p>
<p>${escape(description ?? '')}</p>
<table><tbody>${answers.join('')}</tbody></table>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
