import { type LiteralSyntax, writeLiteral } from './literal.js';
import { type SampleRequest, TOKEN_VARIABLE } from './sample-request.js';

const SYNTAX: LiteralSyntax = {
  text: quote,
  key: (name) => `${/^[a-z_]\w*$/i.test(name) ? name : quote(name)}: `,
  variable: (name) => `ENV["${name}"]`,
  nothing: 'nil',
  yes: 'true',
  no: 'false',
  padding: ' ',
  indent: '  ',
};

/** A sample for Ruby, with `net/http`, which declares a missing body as a form. */
export function writeRuby({ method, url, isGuarded, body, form, jwt, answersInHeaders }: SampleRequest): string {
  const usesJson = body !== undefined || jwt?.in === 'body';
  const empty = method === 'POST' && form === undefined ? '"{}"' : undefined;
  const sent = body === undefined ? empty : `${writeLiteral(body, SYNTAX)}.to_json`;
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return [
    ...(usesJson ? ['require "json"'] : []),
    'require "net/http"',
    '',
    `url = URI(${quote(url)})`,
    `request = Net::HTTP::${verb}.new(url)`,
    ...(isGuarded ? [`request["Authorization"] = "Bearer #{ENV["${TOKEN_VARIABLE}"]}"`] : []),
    ...(sent === undefined ? [] : ['request["Content-Type"] = "application/json"', `request.body = ${sent}`]),
    ...(form === undefined ? [] : [`request.set_form_data(${writeLiteral(form, SYNTAX)})`]),
    '',
    'http = Net::HTTP.new(url.hostname, url.port)',
    'http.use_ssl = url.scheme == "https"',
    'response = http.request(request)',
    ...(jwt?.in === 'header' ? ['puts response["Authorization"]'] : []),
    answersInHeaders ? 'response.each_header { |name, value| puts "#{name}: #{value}" }' : 'puts response.body',
    ...keepJwt(jwt),
  ].join('\n');
}

function keepJwt(jwt: SampleRequest['jwt']): string[] {
  if (jwt === undefined) return [];
  const token =
    jwt.in === 'header'
      ? 'response["Authorization"].delete_prefix("Bearer ")'
      : `JSON.parse(response.body)[${quote(jwt.field)}]`;
  return [`ENV["${TOKEN_VARIABLE}"] = ${token}`];
}

/** JSON escapes are also valid in Ruby, but a `#` may start an interpolation. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll('#', '\\#');
}
