import { type LiteralSyntax, writeLiteral } from './literal.js';
import { type SampleRequest, TOKEN_VARIABLE } from './sample-request.js';

const SYNTAX: LiteralSyntax = {
  text: (value) => JSON.stringify(value),
  key: (name) => `${/^[a-z_]\w*$/i.test(name) && name !== '__proto__' ? name : `[${JSON.stringify(name)}]`}: `,
  nothing: 'null',
  yes: 'true',
  no: 'false',
  padding: ' ',
  indent: '  ',
};

/**
 * A sample for JavaScript, with `fetch`. It declares nothing and no line of it is whole before the last, so that one after
 * the other can be pasted into a browser's console and Node's.
 */
export function writeJavaScript(request: SampleRequest): string {
  const url = JSON.stringify(request.url);
  const options = optionsOf(request);
  const call = options.length === 0 ? `fetch(${url})` : `fetch(${url}, {\n  ${options.join(',\n  ')},\n})`;
  return call + printAnswer(request.jwt);
}

function optionsOf({ method, isGuarded, body }: SampleRequest): string[] {
  // A browser has the variable that a login left, a program of its own only the environment.
  const token = `globalThis.${TOKEN_VARIABLE} ?? process.env.${TOKEN_VARIABLE}`;
  const headers = [
    ...(isGuarded ? [`Authorization: \`Bearer \${${token}}\``] : []),
    ...(body === undefined ? [] : ['"Content-Type": "application/json"']),
  ];
  return [
    ...(method === 'GET' ? [] : [`method: "${method}"`]),
    ...(headers.length === 1 ? [`headers: { ${headers.join('')} }`] : []),
    ...(headers.length > 1 ? [`headers: {\n${headers.map((header) => `    ${header},\n`).join('')}  }`] : []),
    ...(body === undefined ? [] : [`body: JSON.stringify(${writeLiteral(body, SYNTAX, 1)})`]),
  ];
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
