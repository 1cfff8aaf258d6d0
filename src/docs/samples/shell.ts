import { type LiteralSyntax, writeLiteral } from './literal.js';
import { type SampleRequest, TOKEN_VARIABLE } from './sample-request.js';

/** Marks for the end and the start of a quoted text. JSON escapes both characters, so that no value contains them. */
const QUOTE_END = '\u0001';
const QUOTE_START = '\u0002';

const JSON_SYNTAX: LiteralSyntax = {
  text: (value) => JSON.stringify(value),
  key: (name) => `${JSON.stringify(name)}: `,
  variable: (name) => `"${QUOTE_END}"$${name}"${QUOTE_START}"`,
  nothing: 'null',
  yes: 'true',
  no: 'false',
  padding: '',
  indent: '  ',
};

/** A sample for a POSIX shell, with curl. */
export function writeShell(request: SampleRequest): string {
  const { jwt, answersInHeaders } = request;
  if (jwt === undefined) return curl(request, answersInHeaders ? ['--include'] : []);
  const options = ['--silent', '--show-error', ...(jwt.in === 'header' ? ['--include'] : [])];
  const cut =
    jwt.in === 'header'
      ? `sed -n 's/^[Aa]uthorization: Bearer //p' | tr -d '\\r'`
      : `sed -n 's/.*"${jwt.field}":"\\([^"]*\\)".*/\\1/p'`;
  return [
    `ANSWER=$(${curl(request, options)})`,
    'echo "$ANSWER"',
    `export ${TOKEN_VARIABLE}=$(echo "$ANSWER" | ${cut})`,
  ].join('\n');
}

function curl({ method, url, isGuarded, body, form = {} }: SampleRequest, options: readonly string[]): string {
  const call = ['curl', ...options, ...(method === 'GET' ? [] : [`--request ${method}`]), quote(url)];
  return [
    call.join(' '),
    ...(isGuarded ? [`--header "Authorization: Bearer $${TOKEN_VARIABLE}"`] : []),
    ...(body === undefined
      ? []
      : [`--header 'Content-Type: application/json'`, `--data-raw ${quoteJson(writeLiteral(body, JSON_SYNTAX))}`]),
    // Everything that follows the first `=` is encoded.
    ...Object.entries(form).map(([name, value]) => `--data-urlencode ${quote(`${name}=${value}`)}`),
  ].join(' \\\n  ');
}

/** A shell interprets nothing between single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The quotes end for a variable. */
function quoteJson(json: string): string {
  return quote(json).replaceAll(QUOTE_END, "'").replaceAll(QUOTE_START, "'");
}
