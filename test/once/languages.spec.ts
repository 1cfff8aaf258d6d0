import { ADMIN } from '../support/server.js';
import { useServer } from '../support/use-server.js';

interface Texts {
  readonly success: string;
  readonly wrong: string;
  readonly expired: string;
  readonly invalid: string;
  readonly unknownField: string;
  readonly notText: string;
}

/** The English ones are the document's, to the letter. */
const TEXTS: Readonly<Record<string, Texts>> = {
  en: {
    success: 'Login sucessfully.',
    wrong: 'Invalid email or password.',
    expired: 'Password expired.',
    invalid: 'Some fields are missing, unknown or not valid.',
    unknownField: 'is not a known field',
    notText: 'must be a string',
  },
  de: {
    success: 'Anmeldung erfolgreich.',
    wrong: 'E-Mail-Adresse oder Passwort ungültig.',
    expired: 'Passwort abgelaufen.',
    invalid: 'Einige Felder fehlen, sind unbekannt oder ungültig.',
    unknownField: 'ist kein bekanntes Feld',
    notText: 'muss eine Zeichenkette sein',
  },
  fr: {
    success: 'Connexion réussie.',
    wrong: 'Adresse e-mail ou mot de passe incorrect.',
    expired: 'Mot de passe expiré.',
    invalid: 'Certains champs sont manquants, inconnus ou non valides.',
    unknownField: 'n’est pas un champ connu',
    notText: 'doit être une chaîne de caractères',
  },
  es: {
    success: 'Inicio de sesión correcto.',
    wrong: 'Correo electrónico o contraseña no válidos.',
    expired: 'La contraseña ha caducado.',
    invalid: 'Algunos campos faltan, son desconocidos o no son válidos.',
    unknownField: 'no es un campo conocido',
    notText: 'debe ser una cadena de texto',
  },
  ml: {
    success: 'വിജയകരമായി ലോഗിൻ ചെയ്തു.',
    wrong: 'ഇമെയിലോ പാസ്‌വേഡോ തെറ്റാണ്.',
    expired: 'പാസ്‌വേഡിന്റെ കാലാവധി കഴിഞ്ഞു.',
    invalid: 'ചില ഫീൽഡുകൾ വിട്ടുപോയിരിക്കുന്നു, അല്ലെങ്കിൽ അവ അജ്ഞാതമോ അസാധുവോ ആണ്.',
    unknownField: 'അറിയപ്പെടുന്ന ഒരു ഫീൽഡ് അല്ല',
    notText: 'ഒരു സ്ട്രിംഗ് ആയിരിക്കണം',
  },
  ar: {
    success: 'تم تسجيل الدخول بنجاح.',
    wrong: 'البريد الإلكتروني أو كلمة المرور غير صحيحة.',
    expired: 'انتهت صلاحية كلمة المرور.',
    invalid: 'بعض الحقول مفقود أو غير معروف أو غير صالح.',
    unknownField: 'حقل غير معروف',
    notText: 'يجب أن يكون سلسلة نصية',
  },
};
const LOCALES = Object.keys(TEXTS);
const ORIGIN = 'https://app.example.com';

const { server, client, database } = useServer({ env: { CORS_ORIGINS: ORIGIN, AUTHHEADER_MAX_AGE_DAYS: '30' } });
let jwt: string;

beforeAll(async () => {
  jwt = await client.logIn();
  const id = await database.addUser('erik');
  await database.query('UPDATE "user" SET password_expires = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', id);
});

describe.each(Object.entries(TEXTS))('The accounts door by the locale %s', (locale, texts) => {
  const path = `/${locale}/api/v1/accounts/login`;
  const logIn = (email: string, password: string) => client.post(path, { account: { email, password } });

  it('tells of a login in its language', async () => {
    const { status, headers, body } = await logIn(ADMIN.email, ADMIN.password);
    expect([status, headers.get('content-language')]).toEqual([200, locale]);
    expect(body).toEqual({ status: { success: texts.success } });
  });

  it('tells of a wrong login, and of an expired password, in its language and by the same code', async () => {
    const wrong = await logIn(ADMIN.email, 'wrong');
    expect([wrong.status, wrong.headers.get('content-language')]).toEqual([401, locale]);
    expect(wrong.body).toEqual({ status: { error: texts.wrong }, code: 'incorrect_credentials' });
    const expired = await logIn('erik@example.com', ADMIN.password);
    expect([expired.status, expired.headers.get('content-language')]).toEqual([403, locale]);
    expect(expired.body).toEqual({ status: { error: texts.expired }, code: 'password_expired' });
  });

  it('tells what is wrong with fields in its language, and names them as ever', async () => {
    const { status, body } = await client.post(path, { account: { email: 1 }, more: true });
    expect(status).toBe(400);
    expect(body).toEqual({
      status: { error: texts.invalid },
      code: 'invalid_fields',
      details: [
        { field: 'more', message: texts.unknownField },
        { field: 'account.email', message: texts.notText },
        { field: 'account.password', message: texts.notText },
      ],
    });
  });

  it('heeds the path and not the reader, and so varies by the path alone', async () => {
    const headers = { 'accept-language': locale === 'fr' ? 'de' : 'fr' };
    const body = { account: { email: ADMIN.email, password: 'wrong' } };
    const answer = await client.call('POST', path, { headers, body });
    expect(answer.body).toMatchObject({ status: { error: texts.wrong } });
    expect(answer.headers.get('vary')).not.toMatch(/accept-language/i);
  });

  it('speaks its language in every other response too', async () => {
    for (const answer of [
      await client.call('POST', path, { body: '{' }),
      await client.call('GET', path),
      await client.get(`/${locale}/api/v1/accounts/nothing`),
      await client.callRaw('GET', `/${locale}/api/v1/accounts/%E0%A4%A`),
      await client.post(`${path}?email=a`, {}),
    ]) {
      expect([answer.status, answer.headers.get('content-language')]).toEqual([answer.status, locale]);
    }
  });

  it('is written in UTF-8', async () => {
    const response = await fetch(server.url + path, { method: 'POST' });
    const bytes = await response.arrayBuffer();
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).not.toThrow();
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength));
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('A locale that is not spoken', () => {
  it.each(['xx', 'EN', 'de-AT', 'deu', '%C3%A4'])('is 404 and names those that are: %s', async (locale) => {
    const { status, headers, body } = await client.post(`/${locale}/api/v1/accounts/login`, {});
    expect(status).toBe(404);
    const error = 'There is no such locale; there are: en, de, fr, es, ml, ar.';
    expect(body).toEqual({ status: { error }, code: 'unknown_locale' });
    expect(headers.get('content-language')).toBe('en');
  });

  it('is refused in the language the reader asks for', async () => {
    const call = { body: {}, headers: { 'accept-language': 'de-CH, de;q=0.9' } };
    const { headers, body } = await client.call('POST', '/xx/api/v1/accounts/login', call);
    expect(body).toMatchObject({ status: { error: expect.stringMatching(/verfügbar sind: en, de, fr/) as string } });
    expect([headers.get('content-language'), headers.get('vary')]).toEqual(['de', expect.stringMatching(/Accept-L/)]);
  });
});

describe('A path without a locale', () => {
  const wrongLogin = (headers: Record<string, string>) =>
    client.call('POST', '/user/login', { headers, body: { username: 1, password: 'x' } });

  it.each([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['fr;q=0.2, es;q=0.7, en;q=0.5', 'es'],
    ['xx, ar;q=0.1', 'ar'],
    ['en;q=0, ml;q=0.5', 'ml'],
    ['*', 'en'],
    ['*;q=0.5, fr', 'fr'],
    ['xx', 'en'],
    ['de;q=0', 'en'],
    ['', 'en'],
    [';;q=,=,de;q=nonsense', 'en'],
    ['\u00ff', 'en'],
    ['x'.repeat(10_000), 'en'],
  ])('speaks the language that Accept-Language likes best: %.30s gets %s', async (header, locale) => {
    const { status, headers, body } = await wrongLogin({ 'accept-language': header });
    expect([status, headers.get('content-language')]).toEqual([400, locale]);
    expect(headers.get('vary')).toMatch(/\bAccept-Language\b/);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: TEXTS[locale]?.invalid,
      code: 'invalid_fields',
      details: [{ field: 'username', message: TEXTS[locale]?.notText }],
    });
  });

  it('speaks English to clients that ask for no language, in the words of the documents', async () => {
    const body = JSON.stringify({ username: 'admin', password: 'wrong' });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
    const answer = await client.callRaw('POST', '/user/login', headers, body);
    expect(answer.headers.get('content-language')).toBe('en');
    expect(answer.body.message).toBe('Incorrect credentials');
  });

  it('varies by the origin as well, where pages of others may call', async () => {
    const { headers } = await wrongLogin({ 'accept-language': 'de', origin: ORIGIN });
    expect(headers.get('vary')?.split(', ').sort()).toEqual(['Accept-Language', 'Origin']);
  });

  it('leaves alone what no reader need understand', async () => {
    const headers = { 'accept-language': 'de', authorization: `Bearer ${jwt}` };
    const me = await client.call('GET', '/user/me', { headers });
    expect([me.status, me.headers.get('content-language')]).toEqual([200, null]);
    expect(me.headers.get('vary')).toBe('Origin');
    const { id } = await client.addAuthHeader(jwt);
    const deleted = await client.call('POST', '/authheader/delete', { headers, body: { text: id } });
    expect(deleted.body).toEqual({ message: 'Success' });
  });
});

/** How to come by each, and what it is called. */
const REFUSALS: readonly (readonly [code: string, method: string, path: string, call: object])[] = [
  ['malformed_json', 'POST', '/user/login', { body: '{' }],
  ['malformed_url', 'GET', '/%ff', {}],
  ['invalid_fields', 'POST', '/user/login', { body: '{"username":"a","username":"b","password":"c"}' }],
  ['invalid_fields', 'POST', '/user/login?username=a', { body: {} }],
  ['invalid_fields', 'POST', '/user/login', { body: `${'{"a":'.repeat(20)}1${'}'.repeat(20)}` }],
  ['invalid_fields', 'POST', '/user/login', { body: 'null' }],
  ['credential_required', 'GET', '/user/me', {}],
  ['invalid_token', 'GET', '/user/me', { headers: { authorization: 'Bearer x' } }],
  ['incorrect_credentials', 'POST', '/user/login', { body: { username: 'nobody', password: 'x' } }],
  ['password_expired', 'POST', '/user/login', { body: { username: 'erik', password: ADMIN.password } }],
  ['unknown_path', 'GET', '/nothing', {}],
  ['method_not_allowed', 'GET', '/user/login', {}],
  ['not_acceptable', 'GET', '/health/live', { headers: { accept: 'text/html' } }],
  ['body_too_large', 'POST', '/user/login', { body: 'x'.repeat(20_000) }],
  ['unsupported_media_type', 'POST', '/user/login', { body: 'x', contentType: 'text/plain' }],
  ['unsupported_content_encoding', 'POST', '/user/login', { body: 'x', headers: { 'content-encoding': 'br' } }],
];
const GUARDED_REFUSALS: readonly (readonly [code: string, method: string, path: string, call: object])[] = [
  ['two_credentials', 'GET', '/user/me', { headers: { 'x-api-key': 'another' } }],
  ['not_found', 'GET', '/kittens/99', {}],
  ['not_found', 'POST', '/user/disable', { body: { id: '12345678-1234-1234-1234-123456789abc' } }],
  ['not_found', 'POST', '/user/sessions/end', { body: { id: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d' } }],
  ['not_found', 'POST', '/authheader/delete', { body: { text: 'x' } }],
  ['already_taken', 'POST', '/user/add', { body: { username: 'Erik', email: 'e@example.com' } }],
  ['invalid_fields', 'GET', '/kittens/x', {}],
  ['invalid_fields', 'GET', '/audit/list?limit=0&action=x&userId=x&target=x&from=x', {}],
  ['invalid_fields', 'GET', '/user/list?limit=x&cursor=x', {}],
  [
    'invalid_fields',
    'POST',
    '/user/add',
    { body: { username: ' a', email: 'x', roles: ['a b'], firstname: '\u0000' } },
  ],
  ['invalid_fields', 'POST', '/user/add', { body: { username: '', email: 'a@b.c', roles: 'x', passwordExpires: '1' } }],
  ['invalid_fields', 'POST', '/authheader/add', { body: { name: 'a', expires: '2020-01-01T00:00:00Z' } }],
  ['invalid_fields', 'POST', '/authheader/add', { body: { name: 'a', expires: '2199-01-01T00:00:00Z' } }],
  ['invalid_fields', 'POST', '/authheader/add', { body: { name: 'a', scopes: [' '], allowedIps: ['x'] } }],
  ['invalid_fields', 'POST', '/authheader/rotate', { body: { text: 'a', overlapSeconds: -1 } }],
  ['invalid_fields', 'POST', '/user/logout', { body: { everywhere: 'x' } }],
  ['invalid_fields', 'POST', '/user/password', { body: { password: 'x', newPassword: 'x' } }],
  ['invalid_fields', 'POST', '/user/password', { body: { ...ADMIN, newPassword: 'x' } }],
  ['invalid_fields', 'POST', '/user/password', { body: { ...ADMIN, email: undefined, newPassword: 'short' } }],
  ['invalid_fields', 'POST', '/user/password', { body: { ...ADMIN, email: undefined, newPassword: 'password' } }],
  ['invalid_fields', 'POST', '/user/password', { body: { ...ADMIN, email: undefined, newPassword: ADMIN.password } }],
];

describe('Every refusal has other words in another language, and the same code', () => {
  it.each([...REFUSALS, ...GUARDED_REFUSALS])('%s: %s %s', async (code, method, path, call) => {
    const isGuarded = GUARDED_REFUSALS.some((refusal) => refusal[3] === call);
    const sentences = new Map<string, string>();
    for (const locale of LOCALES) {
      const { headers } = call as { headers?: Record<string, string> };
      const asked = { 'accept-language': locale, ...(isGuarded ? { authorization: `Bearer ${jwt}` } : {}), ...headers };
      const answer = await client.call<Refusal>(method, path, { ...call, headers: asked });
      expect([locale, answer.body.code, answer.headers.get('content-language')]).toEqual([locale, code, locale]);
      const { message, details = [] } = answer.body;
      expect(code === 'invalid_fields').toBe(details.length > 0);
      for (const [index, text] of [message, ...details.map((detail) => detail.message)].entries()) {
        expect([locale, sentences.get(`${index} ${text}`)]).toEqual([locale, undefined]);
        sentences.set(`${index} ${text}`, locale);
      }
    }
  });
});

interface Refusal {
  code: string;
  message: string;
  details?: { field: string; message: string }[];
}

describe('Numbers', () => {
  it.each([
    ['en', 'must be within 30 days'],
    ['de', 'muss innerhalb von 30 Tagen liegen'],
    ['ar', 'يجب أن يكون خلال 30 يومًا'],
  ])('are filled in, and counted as in %s', async (locale, message) => {
    const headers = { 'accept-language': locale, authorization: `Bearer ${jwt}` };
    const body = { name: 'a', expires: '2199-01-01T00:00:00Z' };
    const answer = await client.call<Refusal>('POST', '/authheader/add', { headers, body });
    expect(answer.body.details).toEqual([{ field: 'expires', message }]);
  });

  it.each([
    ['short', 'يجب ألا يقل طوله عن 8 أحرف'],
    ['x y '.repeat(65), 'يجب ألا يزيد طوله على 256 حرفًا'],
  ])('have the noun they ask for: %.8s', async (newPassword, message) => {
    const body = { username: ADMIN.username, password: ADMIN.password, newPassword };
    const call = { headers: { 'accept-language': 'ar' }, body };
    const answer = await client.call<Refusal>('POST', '/user/password', call);
    expect(answer.body.details).toEqual([{ field: 'newPassword', message }]);
  });
});

describe('The OpenAPI document', () => {
  it('names the locales, and Accept-Language wherever the path has none', () => {
    for (const { operationId, path, parameters = [] } of client.contract.operations()) {
      const [locale] = parameters.filter(({ name }) => name === 'locale');
      const asked = parameters.filter(({ name, in: place }) => name === 'Accept-Language' && place === 'header');
      const hasLocale = path.startsWith('/{locale}/');
      expect([operationId, locale?.schema?.enum, asked.length]).toEqual([
        operationId,
        hasLocale ? LOCALES : undefined,
        hasLocale || path.startsWith('/oauth/') ? 0 : 1,
      ]);
    }
  });

  it('has the language in the headers of every answer with a message', () => {
    for (const { operationId, responses } of client.contract.operations()) {
      for (const [status, { headers = {} }] of Object.entries(responses)) {
        const has = status >= '400' || operationId === 'logInWithEmail';
        expect([operationId, status, 'Content-Language' in headers]).toEqual([operationId, status, has]);
      }
    }
  });
});
