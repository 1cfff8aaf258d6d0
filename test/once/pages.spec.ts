import { useSharedServer } from '../support/use-server.js';

const PAGES = ['/docs', '/swagger'];
const KINDS = /^(text\/css|text\/javascript|image\/svg\+xml)\b/;

const { server, client } = useSharedServer();

/** What a browser loads by itself: neither a link that a person clicks nor text. */
function loadedBy(page: string): string[] {
  const attributes =
    /<(?!a\b)\w+[^>]*?\b(?:src|href|action|data|poster)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)/gi;
  const targets = [...page.matchAll(attributes)].map(([, attribute, style]) => attribute ?? style ?? '');
  return targets.filter((target) => !target.startsWith('data:') && !target.startsWith('#'));
}

/** A page and every file it loads. */
async function withFiles(path: string): Promise<string[]> {
  const { text } = await client.get(path);
  return [path, ...loadedBy(text).map((target) => new URL(target, server.url + path).href.replace(server.url, ''))];
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
