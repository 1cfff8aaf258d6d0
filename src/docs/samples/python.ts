import { type LiteralSyntax, readsEnvironment, writeLiteral } from './literal.js';
import { type SampleRequest, TOKEN_VARIABLE } from './sample-request.js';

const SYNTAX: LiteralSyntax = {
  text: quote,
  key: (name) => `${quote(name)}: `,
  variable: (name) => `os.environ["${name}"]`,
  nothing: 'None',
  yes: 'True',
  no: 'False',
  padding: '',
  indent: '    ',
};

/** A sample for Python, with `urllib`. */
export function writePython(request: SampleRequest): string {
  const { isGuarded, body, form, jwt } = request;
  const usesJson = body !== undefined || jwt?.in === 'body';
  const usesEnvironment = isGuarded || jwt !== undefined || readsEnvironment(body);
  return [
    ...(usesJson ? ['import json'] : []),
    ...(usesEnvironment ? ['import os'] : []),
    ...(form === undefined ? [] : ['import urllib.parse']),
    'import urllib.request',
    '',
    ...send(request),
    ...(request.answersInHeaders ? ['print(response.headers)'] : printAnswer(jwt)),
  ].join('\n');
}

function send({ method, url, isGuarded, body, form }: SampleRequest): string[] {
  const headers = [
    ...(isGuarded ? [`"Authorization": f"Bearer {os.environ['${TOKEN_VARIABLE}']}"`] : []),
    ...(body === undefined ? [] : ['"Content-Type": "application/json"']),
  ];
  if (method === 'GET' && headers.length === 0) return [`response = urllib.request.urlopen(${quote(url)})`];
  return [
    'request = urllib.request.Request(',
    `    ${quote(url)},`,
    ...(method === 'GET' ? [] : [`    method="${method}",`]),
    ...(headers.length === 1 ? [`    headers={${headers.join('')}},`] : []),
    ...(headers.length > 1 ? ['    headers={', ...headers.map((header) => `        ${header},`), '    },'] : []),
    ...(body === undefined ? [] : [`    data=json.dumps(${writeLiteral(body, SYNTAX, 1)}).encode(),`]),
    ...(form === undefined ? [] : [`    data=urllib.parse.urlencode(${writeLiteral(form, SYNTAX, 1)}).encode(),`]),
    ')',
    'response = urllib.request.urlopen(request)',
  ];
}

function printAnswer(jwt: SampleRequest['jwt']): string[] {
  const keep = (token: string): string => `os.environ["${TOKEN_VARIABLE}"] = ${token}`;
  if (jwt === undefined) return ['print(response.read().decode())'];
  if (jwt.in === 'body') {
    return ['answer = response.read().decode()', 'print(answer)', keep(`json.loads(answer)[${quote(jwt.field)}]`)];
  }
  return [
    'print(response.headers["Authorization"])',
    'print(response.read().decode())',
    keep('response.headers["Authorization"].removeprefix("Bearer ")'),
  ];
}

/** JSON escapes are also valid in Python. */
function quote(text: string): string {
  return JSON.stringify(text);
}
