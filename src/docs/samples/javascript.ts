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

/** A sample for JavaScript, with `fetch`: it declares nothing, so that one after the other can be pasted into a console. */
export function writeJavaScript(request: SampleRequest): string {
  const { url, jwt } = request;
  const options = optionsOf(request);
  const call =
    options.length === 0
      ? `fetch(${JSON.stringify(url)})`
      : `fetch(${JSON.stringify(url)}, {\n${options.map((option) => `  ${option},\n`).join('')}})`;
  return [call, ...printAnswer(jwt)].join('\n');
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

function printAnswer(jwt: SampleRequest['jwt']): string[] {
  if (jwt === undefined) return ['  .then((response) => response.text())', '  .then((text) => console.log(text));'];
  if (jwt.in === 'body') {
    return [
      '  .then((response) => response.text())',
      '  .then((text) => {',
      '    console.log(text);',
      `    globalThis.${TOKEN_VARIABLE} = JSON.parse(text).${jwt.field};`,
      '  });',
    ];
  }
  return [
    '  .then((response) => {',
    '    console.log(response.headers.get("Authorization"));',
    `    globalThis.${TOKEN_VARIABLE} = response.headers.get("Authorization").replace("Bearer ", "");`,
    '    return response.text();',
    '  })',
    '  .then((text) => console.log(text));',
  ];
}
