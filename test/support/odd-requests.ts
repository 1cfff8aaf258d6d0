/** A source of pseudo-random choices that repeats them for the same seed (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  /** A number from 0 up to, but not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.next() * choices.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from');
    return chosen;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, place: this.next() }))
      .sort((one, other) => one.place - other.place)
      .map(({ item }) => item);
  }
}

const PATHS = ['/auth/verify', '/user/me', '/user/me', '/auth/verify/orders/42', '/health/live', '/user/sessions'];
/** Queries of a check, good and bad. */
const CHECKS = [
  'scope=orders:read',
  'scope=orders:read+authheader:manage',
  'scope=none',
  'role=admin',
  'role=none',
  'optional=1',
  'optional=1&as=remote',
  'as=remote&scope=orders:read',
  'optional=1&role=admin',
  'optional=0',
  'scop=a',
];
const SUFFIXES = ['/', '?', '?a=b', '?limit=x', '#', '#a', ';a', '//', '/..', '%', '%00', '%zz', '.json', ' '];
const METHODS = ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'QUERY', 'PURGE', 'get', 'FOO'];
const VERSIONS = ['HTTP/1.0', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', ''];
const HOSTS = ['a', 'a:80', '[::1]:3000', 'A.EXAMPLE', '', 'a b', 'a/b', '127.0.0.1'];
const CREDENTIAL_HEADERS = ['Authorization', 'X-Authorization', 'X-API-Key'];
/** What stands in front of a credential; `Basic` makes it that of another scheme. */
const ODD_SCHEMES = ['bearer ', 'BEARER  ', 'Bearer\t', 'Bearer', 'Basic ', 'Token ', 'Bearer Bearer '];
/** No `Upgrade`: after one that it does not grant, Node drops the rest of what it has read. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  Accept: [
    '*/*',
    'application/json',
    'text/html',
    'application/json;q=0',
    'text/html, */*;q=0.1',
    '',
    ',',
    'text/plain',
  ],
  'Accept-Language': ['de', 'fr;q=0.5, ml', '*', 'xx', ''],
  'Accept-Encoding': ['gzip, br', 'identity;q=0'],
  Origin: ['https://app.example.com', 'https://evil.example.com', 'null', ''],
  'Access-Control-Request-Method': ['GET', 'DELETE'],
  Connection: ['close', 'keep-alive', 'Close', 'Upgrade, close', 'keep-alive, close', 'TE', 'Authorization', ''],
  Expect: ['100-continue', '100-Continue', 'more', ''],
  'X-Forwarded-For': ['203.0.113.7', '192.0.2.7', '203.0.113.7, 192.0.2.7', '203.0.113.7:80', 'unknown', '', ','],
  'X-Forwarded-Host': ['b.example.com', ''],
  'X-Forwarded-Uri': ['/orders?page=1', '/?optional=1', ''],
  'X-HTTP-Method-Override': ['DELETE'],
  'If-None-Match': ['*', '"a"'],
  'If-Modified-Since': ['Thu, 01 Jan 2099 00:00:00 GMT'],
  Range: ['bytes=0-1'],
  Cookie: ['a=b', 'Authorization=Bearer x'],
  'X-Request-Id': ['7b3f-12', 'a b', ''],
  'X-User-Id': ['12345678-1234-1234-1234-123456789abc'],
  'Content-Type': ['application/json', 'text/plain', 'x', '', 'application/json; charset=latin1'],
  'Keep-Alive': ['timeout=1'],
  TE: ['trailers'],
  'X-Long': ['a'.repeat(9000), 'a'.repeat(20_000)],
};
/** Lines that are no header, or one that parsers read differently. */
const BROKEN_LINES = [
  'no colon',
  ': no name',
  'X-Space : a',
  'X-NUL: \0',
  ' folded',
  'X-CR: a\rb',
  'X-Ünï: é',
  'X-8: \x80\xff',
];
/** How a body announces itself, and what is sent of it. */
const BODIES: readonly (readonly [lines: readonly string[], body: string])[] = [
  [['Content-Length: 0'], ''],
  [['Content-Length: 2'], '{}'],
  [['Content-Length: 2', 'Content-Length: 2'], '{}'],
  [['Content-Length: 1', 'Content-Length: 2'], '{}'],
  [['Content-Length: 00'], ''],
  [['Content-Length: +2'], '{}'],
  [['Content-Length: -1'], ''],
  [['Content-Length: 2, 2'], '{}'],
  [['Content-Length:'], ''],
  [['Content-Length: 99999999999999999999'], ''],
  [['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'],
  [['Transfer-Encoding: chunked'], '0\r\n\r\n'],
  [['Transfer-Encoding: chunked'], '0\r\nX-Trailer: a\r\n\r\n'],
  [['Transfer-Encoding: chunked'], 'zz\r\n'],
  [['Transfer-Encoding: Chunked'], '0\r\n\r\n'],
  [['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n'],
  [['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
  [['Transfer-Encoding: identity'], ''],
  [['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
  [['Transfer-Encoding:'], ''],
  [['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
];

/**
 * A request as text, mostly a valid one with a few oddities.
 * @param credentials what may be presented, good and bad
 */
export function oddRequest(chance: Chance, credentials: readonly string[]): string {
  const method = chance.is(0.8) ? 'GET' : chance.pick(METHODS);
  const version = chance.is(0.93) ? 'HTTP/1.1' : chance.pick(VERSIONS);
  const [framing, body] = chance.is(0.1) ? chance.pick(BODIES) : [[], ''];
  const lines = chance.shuffled([
    ...hostLines(chance),
    ...credentialLines(chance, credentials),
    ...otherLines(chance),
    ...framing,
    ...(chance.is(0.02) ? [chance.pick(BROKEN_LINES)] : []),
    // As many headers as are too many.
    ...(chance.is(0.005) ? Array.from({ length: 1000 }, (_, index) => `a${index}: 1`) : []),
  ]);
  return `${[`${method} ${target(chance)} ${version}`.trimEnd(), ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** An auth header, as an OAuth client names itself by it. */
export interface OddClient {
  readonly id: string;
  readonly token: string;
}

const FORM_TYPES = [
  'application/x-www-form-urlencoded; charset=utf-8',
  'application/x-www-form-urlencoded;charset=UTF-8',
  'Application/X-WWW-Form-URLEncoded',
  'application/x-www-form-urlencoded;charset=latin1',
  'application/json',
  'text/plain',
  '',
];
const ODD_PARAMETERS = [
  '',
  '=',
  'a',
  'token=',
  'token=x',
  'client_id=x',
  'client_id=',
  'a=%zz',
  'a=%ff',
  'a=+',
  'a=b',
  '__proto__=a',
];

/**
 * A question of an OAuth client about a token, as text, mostly a valid one with a few oddities.
 * @param credentials what may be asked about, good and bad
 * @param clients who may ask; some may be bad
 */
export function oddIntrospection(
  chance: Chance,
  credentials: readonly string[],
  clients: readonly [OddClient, ...OddClient[]],
): string {
  const client = chance.pick(clients);
  const way = chance.pick(['basic', 'basic', 'basic', 'form', 'header', 'both', 'none']);
  const token = chance.is(0.95) ? chance.pick(credentials) : chance.pick(['', 'x', 'a.b.c', 'ep_x', client.id]);
  const inForm = way === 'form' || way === 'both';
  const body = chance
    .shuffled([
      `token=${chance.is(0.9) ? token : encodeOddly(token)}`,
      ...(inForm ? [`client_id=${client.id}`, `client_secret=${client.token}`] : []),
      ...(chance.is(0.1) ? ['token_type_hint=access_token'] : []),
      ...(chance.is(0.15) ? [chance.pick(ODD_PARAMETERS)] : []),
    ])
    .join('&');
  const pair = chance.is(0.9)
    ? `${client.id}:${client.token}`
    : `${encodeOddly(client.id)}:${encodeOddly(client.token)}`;
  const basic = Buffer.from(pair).toString('base64');
  const type = chance.is(0.9) ? 'application/x-www-form-urlencoded' : chance.pick(FORM_TYPES);
  const [framing, sent] = framed(chance, body);
  const lines = chance.shuffled([
    ...hostLines(chance),
    ...(way === 'basic' || way === 'both'
      ? [line(chance, 'Authorization', `${chance.is(0.9) ? 'Basic' : 'basic '} ${basic}`)]
      : []),
    ...(way === 'header'
      ? credentialLines(
          chance,
          clients.map((one) => one.token),
        )
      : []),
    ...(chance.is(0.05) ? [line(chance, 'X-API-Key', chance.pick(credentials))] : []),
    line(chance, 'Content-Type', type),
    ...otherLines(chance).filter((other) => !/^content-type/i.test(other)),
    ...framing,
  ]);
  const path = chance.is(0.95) ? '/oauth/introspect' : `/oauth/introspect${chance.pick(SUFFIXES)}`;
  const method = chance.is(0.97) ? 'POST' : chance.pick(METHODS);
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${sent}`;
}

function framed(chance: Chance, body: string): readonly [lines: readonly string[], body: string] {
  if (chance.is(0.9)) return [[`Content-Length: ${body.length}`], body];
  if (chance.is(0.5)) return chance.pick(BODIES);
  return [['Transfer-Encoding: chunked'], `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`];
}

/** Every character as a form may also have it. */
function encodeOddly(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function target(chance: Chance): string {
  const path = chance.pick(PATHS);
  const [letter = ''] = chance.shuffled([...path.replaceAll('/', '')]);
  switch (Math.floor(chance.next() * 40)) {
    case 0:
      return `${chance.pick(['http', 'HTTP', 'Https'])}://a${path}`;
    case 1:
      return path.replace(letter, `%${letter.charCodeAt(0).toString(16)}`);
    case 2:
      return path.replace(letter, letter.toUpperCase());
    case 3:
      return `/${path}`;
    case 4:
      return chance.pick(['*', '', 'a:80', '/', '?', path.slice(1)]);
    case 5:
    case 6:
      return path + chance.pick(SUFFIXES);
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
      return `/auth/verify${chance.pick(['', '', '', '/'])}?${chance.pick(CHECKS)}`;
    default:
      return path;
  }
}

function hostLines(chance: Chance): string[] {
  const count = chance.is(0.94) ? 1 : chance.pick([0, 2, 3]);
  return Array.from({ length: count }, () => line(chance, 'Host', chance.is(0.9) ? 'a' : chance.pick(HOSTS)));
}

function credentialLines(chance: Chance, credentials: readonly string[]): string[] {
  const count = chance.is(0.8) ? 1 : chance.pick([0, 2, 2, 3]);
  const usual = chance.pick(credentials);
  return Array.from({ length: count }, () => {
    const credential = chance.is(0.9) ? usual : chance.pick([...credentials, '', 'x', 'a.b.c', 'ep_x']);
    const scheme = chance.pick(chance.is(0.85) ? ['Bearer ', ''] : ODD_SCHEMES);
    const value = scheme + credential;
    return line(chance, chance.pick(CREDENTIAL_HEADERS), chance.is(0.03) ? `${value}, ${value}` : value);
  });
}

function otherLines(chance: Chance): string[] {
  const names = Object.keys(VALUES);
  const count = chance.is(0.45) ? 0 : chance.pick([1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, () => {
    const name = chance.pick(names);
    // A long header makes a 431, so it is a rare one.
    return name === 'X-Long' && chance.is(0.8) ? 'X-Short: a' : line(chance, name, chance.pick(VALUES[name] ?? ['']));
  });
}

/** A header in any letter case, with any blanks around its value. */
function line(chance: Chance, name: string, value: string): string {
  const written = chance.is(0.7) ? name : chance.pick([name.toLowerCase(), name.toUpperCase(), swapCase(name)]);
  const [before, after] = chance.is(0.85)
    ? [' ', '']
    : [chance.pick(['', '  ', '\t', ' \t ']), chance.pick(['', ' ', '\t'])];
  return `${written}:${before}${value}${after}`;
}

function swapCase(name: string): string {
  return [...name].map((letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('');
}
