import { type LiteralSyntax, writeLiteral } from './literal.js';
import { type SampleRequest, TOKEN_VARIABLE } from './sample-request.js';

const SYNTAX: LiteralSyntax = {
  text: (value) => JSON.stringify(value),
  key: (name) => `${/^[a-z_]\w*$/i.test(name) && name !== '__proto__' ? name : `[${JSON.stringify(name)}]`}: `,
  variable,
  nothing: 'null',
  yes: 'true',
  no: 'false',
  padding: ' ',
  indent: '  ',
};

/**
 * A sample for JavaScript, with `fetch`. It declares no variable, and no line before the last is a complete statement, so that
 * several samples can be pasted one after another into the console of a browser or of Node.
 */
export function writeJavaScript(request: SampleRequest): string {
  const url = JSON.stringify(request.url);
  const options = optionsOf(request);
  const call = options.length === 0 ? `fetch(${url})` : `fetch(${url}, {\n  ${options.join(',\n  ')},\n})`;
  // Printed line by line, because a console truncates an object.
  const headers = '.then(({ headers }) => headers.forEach((value, name) => console.log(`${name}: ${value}`)));';
  return call + (request.answersInHeaders ? headers : printAnswer(request.jwt));
}

function optionsOf({ method, isGuarded, body, form }: SampleRequest): string[] {
  const headers = [
    ...(isGuarded ? [`Authorization: \`Bearer \${${variable(TOKEN_VARIABLE)}}\``] : []),
    ...(body === undefined ? [] : ['"Content-Type": "application/json"']),
  ];
  return [
    ...(method === 'GET' ? [] : [`method: "${method}"`]),
    ...(headers.length === 1 ? [`headers: { ${headers.join('')} }`] : []),
    ...(headers.length > 1 ? [`headers: {\n${headers.map((header) => `    ${header},\n`).join('')}  }`] : []),
    ...(body === undefined ? [] : [`body: JSON.stringify(${writeLiteral(body, SYNTAX, 1)})`]),
    ...(form === undefined ? [] : [`body: new URLSearchParams(${writeLiteral(form, SYNTAX, 1)})`]),
  ];
}

/** A browser's console has only globals, such as the one that a login sample sets; a program has the environment. */
function variable(name: string): string {
  return `globalThis.${name} ?? process.env.${name}`;
}

function printAnswer(jwt: SampleRequest['jwt']): string {
  if (jwt === undefined) return '.then(async (response) => console.log(await response.text()));';
  const lines =
    jwt.in === 'header'
      ? [
          'console.log(response.headers.get("Authorization"));',
          'console.log(await response.text());',
          `globalThis.${TOKEN_VARIABLE} = response.headers.get("Authorization").replace("Bearer ", "");`,
        ]
      : [
          'const answer = await response.text();',
          'console.log(answer);',
          `globalThis.${TOKEN_VARIABLE} = JSON.parse(answer).${jwt.field};`,
        ];
  return `.then(async (response) => {\n  ${lines.join('\n  ')}\n});`;
}
