import { claimsOf } from './support/client.js';
import { useServer } from './support/use-server.js';

interface Row {
  id?: string;
  Id?: string;
}

const { client, database } = useServer();
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
  for (let count = 0; count < 6; count++) {
    await client.logIn();
    await client.addAuthHeader(jwt, { name: `n${count}` });
    await database.addUser(`page-${count}`);
  }
});

const read = (path: string) => client.get<Row[]>(path, jwt);
const idsOf = (rows: readonly Row[]) => rows.map(({ id, Id }) => id ?? Id ?? '');

/** Where the next page is, by the answer's `Link` header. */
function nextOf(headers: Headers): string | undefined {
  const link = headers.get('link');
  return link === null ? undefined : /^<(\/[^>]*)>; rel="next"$/.exec(link)?.[1];
}

/** Follows the `Link` headers to the end. */
async function follow(start: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[][]> {
  const pages: string[][] = [];
  for (let path: string | undefined = start; path !== undefined;) {
    const { status, headers, body } = await read(path);
    expect(status).toBe(200);
    pages.push(idsOf(body));
    path = nextOf(headers);
    await between();
  }
  return pages;
}

describe.each([
  ['/authheader/list', '', () => client.addAuthHeader(jwt)],
  ['/user/sessions', '', () => client.logIn()],
  ['/user/list', '', () => database.addUser(`new-${Math.random()}`)],
  ['/user/list', 'search=PAGE-', () => database.addUser(`new-page-${Math.random()}`)],
  ['/audit/list', '', () => client.logIn()],
  ['/audit/list', 'action=login&outcome=success', () => client.logIn()],
] as const)('%s?%s', (path, query, addOne) => {
  it('gives every row once, in the order of the whole, page by page', async () => {
    const whole = await read(`${path}?${query}`);
    expect(whole.headers.get('link')).toBeNull();
    const ids = idsOf(whole.body);
    expect(ids).toEqual(ids.toSorted().reverse());
    for (const limit of [1, 2, ids.length - 1]) {
      const pages = await follow(`${path}?${query}&limit=${limit}`);
      expect(pages.flat()).toEqual(ids);
      expect(pages.slice(0, -1).map((page) => page.length)).toEqual(pages.slice(0, -1).map(() => limit));
    }
  });

  it('has no next page after the last, however full that is', async () => {
    const { body } = await read(`${path}?${query}`);
    const { headers, body: again } = await read(`${path}?${query}&limit=${body.length}`);
    expect([headers.get('link'), again.length]).toEqual([null, body.length]);
  });

  it('neither repeats nor drops a row when others come in meanwhile', async () => {
    const ids = idsOf((await read(`${path}?${query}`)).body);
    expect((await follow(`${path}?${query}&limit=3`, addOne)).flat()).toEqual(ids);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', 'all'],
    ['limit', ''],
    ['limit', '1&limit=2'],
    ['cursor', ''],
    ['cursor', '1'],
    ['cursor', "'%20OR%201=1--"],
    ['offset', '2'],
  ])('refuses %s=%s', async (field, value) => {
    const { status, body } = await client.get(`${path}?${query}&${field}=${value}`, jwt);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_fields', details: [{ field }] });
  });
});

describe('A list that is asked for no limit', () => {
  it('has a thousand rows at most, and tells where the others are', async () => {
    const { sub } = claimsOf(jwt);
    await database.query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
       INSERT INTO auth_header (id, user_id, name, token_hash, masked, scopes, allowed_ips, created)
       SELECT '00000000-0000-7000-8000-' || (100000000000 + i), ?, 'many', 'h' || i, 'm' || i, '[]', '[]',
         '2020-01-01T00:00:00.000Z' FROM n`,
      sub,
    );
    const pages = await follow('/authheader/list');
    const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
      'SELECT count(*) AS count FROM auth_header',
    );
    expect(pages.map((page) => page.length)).toEqual([1000, count - 1000]);
    expect(new Set(pages.flat()).size).toBe(count);
  });
});

describe('The document', () => {
  it('tells of both parameters and of the Link header on every list', () => {
    for (const path of ['/authheader/list', '/user/sessions', '/user/list', '/audit/list']) {
      const { parameters = [], responses } = client.contract.document.paths[path]?.get ?? {};
      const names = parameters.map(({ name }) => name);
      expect([path, names.filter((name) => ['limit', 'cursor'].includes(name)).toSorted()]).toEqual([
        path,
        ['cursor', 'limit'],
      ]);
      expect([path, Object.keys((responses?.['200'] as { headers?: object } | undefined)?.headers ?? {})]).toEqual([
        path,
        ['Link'],
      ]);
    }
  });
});
