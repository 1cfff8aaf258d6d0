import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { useSharedServer } from '../support/use-server.js';

const PAGES = ['/docs', '/swagger'];
const CODINGS = { br: brotliDecompressSync, gzip: gunzipSync, identity: (content: Buffer) => content };
const KINDS = /^(text\/css|text\/javascript|image\/svg\+xml)\b/;

const { server, client } = useSharedServer();

/** What a browser loads by itself: neither a link that a person clicks nor text. */
function loadedBy(page: string): string[] {
  const attributes =
    /<(?!a\b)\w+[^>]*?\b(?:src|href|action|data|poster)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)/gi;
  const targets = [...page.matchAll(attributes)].map(([, attribute, style]) => attribute ?? style ?? '');
  return targets.filter((target) => !target.startsWith('data:') && !target.startsWith('#'));
}

/** The modules that a script imports. */
function importedBy(script: string): string[] {
  return [...script.matchAll(/^import .* from '([^']+)'/gm)].map(([, target = '']) => target);
}

/** A page and every file it loads, with what these import. */
async function withFiles(path: string): Promise<string[]> {
  const paths = new Set([path]);
  for (const from of paths) {
    const { text } = await client.get(from);
    const targets = from === path ? loadedBy(text) : importedBy(text);
    for (const target of targets) paths.add(new URL(target, server.url + from).pathname);
  }
  return [...paths].filter((file) => file === path || !['/docs', '/openapi.json', '/docs.md'].includes(file));
}

/** An answer as it is sent, in a coding. */
async function sent(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + path, { method, headers }, (answer) => {
      buffer(answer).then((body) => {
        resolve({ status: answer.statusCode, headers: answer.headers, body });
      }, reject);
    });
    asked.on('error', reject).end();
  });
}

describe.each(PAGES)('%s', (path) => {
  it('is HTML that loads files of this server alone', async () => {
    const { status, headers, text } = await client.get(path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(/@import|<base\b|http-equiv/i);
    const [, ...files] = await withFiles(path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(file).toMatch(/^\/(docs|swagger)\//);
      const asset = await client.get(file);
      expect([file, asset.status, asset.headers.get('content-type')]).toEqual([
        file,
        200,
        expect.stringMatching(KINDS),
      ]);
      if (file.endsWith('.css')) expect(loadedBy(asset.text)).toEqual([]);
    }
  });

  it('allows no script or style within the page, no frame and no other host', async () => {
    for (const file of await withFiles(path)) {
      const { headers } = await client.get(file);
      const policy = headers.get('content-security-policy') ?? '';
      for (const directive of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy.split('; ')).toContain(directive);
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('is sent once, until it changes', async () => {
    for (const file of await withFiles(path)) {
      const first = await client.get(file);
      const etag = first.headers.get('etag') ?? '';
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await client.call('GET', file, { headers: { 'if-none-match': known } });
        expect([file, again.status, again.text]).toEqual([file, 304, '']);
        expect(again.headers.get('etag')).toBe(etag);
      }
      const changed = await client.call('GET', file, { headers: { 'if-none-match': '"other"' } });
      expect([changed.status, changed.text]).toEqual([200, first.text]);
    }
  });
});

describe('The pages', () => {
  it.each([
    ['/', './docs'],
    ['/docs/', '../docs'],
    ['/swagger/', '../swagger'],
  ])('are where %s leads, whatever prefix a proxy has taken off', async (path, target) => {
    const { status, headers } = await client.get(path);
    expect([status, headers.get('location')]).toEqual([302, target]);
  });

  it.each(['package.json', 'index.html', 'swagger-ui.js', 'swagger-ui-bundle.js.map', 'LICENSE'])(
    'serve no other file of a package: %s',
    async (file) => {
      const { status } = await client.get(`/swagger/${file}`);
      expect(status).toBe(404);
    },
  );

  it('show the calls of the server under the name it was asked by', async () => {
    const shown = async (host: string): Promise<string> => (await client.callRaw('GET', '/docs', { Host: host })).text;
    expect(await shown('one.example')).toContain('http://one.example/user/login');
    expect(await shown('two.example:8080')).toContain('http://two.example:8080/user/login');
    expect(await shown('"><script>')).not.toContain('"><script>');
  });

  it('take no tag of a page that shows the calls of another name', async () => {
    const tagged = async (host: string, known = ''): Promise<(string | number)[]> => {
      const { status, headers } = await client.callRaw('GET', '/docs', { Host: host, 'If-None-Match': known });
      return [status, headers.get('etag') ?? ''];
    };
    const [, etag] = await tagged('one.example');
    expect(await tagged('one.example', String(etag))).toEqual([304, etag]);
    expect(await tagged('two.example', String(etag))).toEqual([200, expect.not.stringContaining(String(etag))]);
  });
});

describe('Pages, their files and documents', () => {
  it('are compressed as the client accepts, each coding with a tag of its own', async () => {
    const paths = [
      ...(await withFiles('/docs')),
      ...(await withFiles('/swagger')),
      '/docs.md',
      '/llms.txt',
      '/openapi.json',
    ];
    for (const path of paths) {
      const plain = await sent(path, {});
      const tags = new Set<unknown>();
      for (const [coding, decode] of Object.entries(CODINGS)) {
        const { status, headers, body } = await sent(path, { 'Accept-Encoding': coding });
        const shown = coding === 'identity' ? undefined : coding;
        expect([path, status, headers['content-encoding'], headers['content-type']]).toEqual([
          path,
          200,
          shown,
          plain.headers['content-type'],
        ]);
        expect(String(headers.vary)).toContain('Accept-Encoding');
        expect([path, coding, decode(body).equals(plain.body)]).toEqual([path, coding, true]);
        expect(Number(headers['content-length'])).toBe(body.length);
        const head = await sent(path, { 'Accept-Encoding': coding }, 'HEAD');
        expect([
          head.status,
          head.headers['content-length'],
          head.headers['content-encoding'],
          head.body.length,
        ]).toEqual([200, headers['content-length'], shown, 0]);
        if (path === '/openapi.json') continue;
        tags.add(headers.etag);
        const again = await sent(path, { 'Accept-Encoding': coding, 'If-None-Match': String(headers.etag) });
        expect([path, again.status, again.headers.etag, again.body.length]).toEqual([path, 304, headers.etag, 0]);
        expect(String(again.headers.vary)).toContain('Accept-Encoding');
      }
      if (path !== '/openapi.json') expect([path, tags.size]).toEqual([path, 3]);
    }
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['*', 'br'],
    ['deflate', undefined],
    ['identity', undefined],
    ['br;q=0, gzip;q=0', undefined],
    [`br, ${'x'.repeat(600)}`, undefined],
    ['', undefined],
  ])('are in the best coding that %j accepts', async (accepted, coding) => {
    const { status, headers } = await sent('/docs.md', { 'Accept-Encoding': accepted });
    expect([status, headers['content-encoding']]).toEqual([200, coding]);
  });

  it('are alone in being compressed: the size of an answer with a secret would tell of it', async () => {
    const headers = { Authorization: `Bearer ${await client.logIn()}`, 'Accept-Encoding': 'gzip, br' };
    for (const path of ['/user/me', '/authheader/list', '/nothing', '/.well-known/jwks.json']) {
      const answer = await sent(path, headers);
      expect([path, answer.headers['content-encoding']]).toEqual([path, undefined]);
    }
  });

  it('hold every call as Markdown, and an index of links that lead somewhere', async () => {
    const [markdown, index, page] = await Promise.all([
      client.get('/docs.md'),
      client.get('/llms.txt'),
      client.get('/docs'),
    ]);
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(index.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const operations = client.contract.operations();
    const missing = operations.filter(
      ({ method, path }) => !markdown.text.includes(`\`${method} ${server.url}${path}\``),
    );
    expect(missing.map(({ path }) => path)).toEqual([]);
    for (const part of ['# Elastic Personas API Reference', '`password_expired`', 'Accept-Language', '```shell'])
      expect(markdown.text).toContain(part);
    expect(index.text).toMatch(/^# Elastic Personas API\n\n> \S/);
    const links = [...index.text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => new URL(link));
    expect(links.length).toBeGreaterThan(operations.length - 5);
    for (const { origin, pathname, hash } of links) {
      expect(origin).toBe(server.url);
      if (hash === '') expect([pathname, (await client.get(pathname)).status]).toEqual([pathname, 200]);
      else expect(page.text).toContain(` id="${hash.slice(1)}"`);
    }
  });

  it('have an icon for browsers that look for one by themselves', async () => {
    const { status, headers } = await client.get('/favicon.ico');
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  });
});
