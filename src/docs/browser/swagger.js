/** The URL of the server as this page was reached, which may be another than clients use: behind a proxy, or before it. */
const SERVER = new URL('.', location.href).href.slice(0, -1);

const DESCRIPTION = `Log in with \`POST /user/login\` or \`POST /{locale}/api/v1/accounts/login\`: this page then sends the JWT with
every call, until you log out. On a fresh server the user is \`admin\`, with the password that the first start printed. Optional
parameters are empty, and what must be replaced says so. The [reference](docs) explains every call.`;

const ONE_CREDENTIAL = ' On this page, it takes the place of any other credential.';

const JWT = 'jwt';
const LOGOUT = '/user/logout';

/** A credential without what a person may have copied with it: blanks, quotes and the word `Bearer`. */
const bare = (/** @type {string} */ pasted) =>
  pasted
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/^bearer\s/i, '')
    .trim();

const plugin = () => ({
  statePlugins: {
    auth: { wrapActions: { authorizeWithPersistOption } },
    spec: { wrapActions: { updateJsonSpec } },
  },
});

/** A request carries one credential: authorizing with one removes the other. */
function authorizeWithPersistOption(
  /** @type {(chosen: Record<string, SwaggerAuthorization>) => unknown} */ authorize,
  /** @type {SwaggerSystem} */ { authActions, authSelectors },
) {
  return (/** @type {Record<string, SwaggerAuthorization>} */ chosen) => {
    const held = authSelectors.authorized().keySeq().toArray();
    const others = held.filter((name) => !(name in chosen));
    if (others.length > 0) authActions.logoutWithPersistOption(others);
    const cleaned = Object.entries(chosen).map(([name, one]) => {
      const value = typeof one.value === 'string' ? bare(one.value) : one.value;
      return /** @type {const} */ ([name, { ...one, value }]);
    });
    return authorize(Object.fromEntries(cleaned));
  };
}

/** The document tells clients where the server is and how to read it. This page calls the server that serves it. */
function updateJsonSpec(/** @type {(document: object) => unknown} */ update) {
  return (/** @type {SwaggerDocument} */ document) => {
    const { info, components, paths } = document;
    for (const path of Object.values(paths)) {
      for (const { requestBody } of Object.values(path)) leaveOptionalEmpty(requestBody, components.schemas);
    }
    for (const scheme of Object.values(components.securitySchemes)) scheme.description += ONE_CREDENTIAL;
    return update({ ...document, info: { ...info, description: DESCRIPTION }, servers: [{ url: SERVER }] });
  };
}

/** Swagger UI makes up a value for each field of a form that has no example, and sends it. */
function leaveOptionalEmpty(
  /** @type {SwaggerBody | undefined} */ body,
  /** @type {Readonly<Record<string, SwaggerSchema>>} */ schemas,
) {
  const name = body?.content['application/x-www-form-urlencoded']?.schema.$ref?.split('/').at(-1) ?? '';
  const { properties = {}, required = [] } = schemas[name] ?? {};
  for (const [key, property] of Object.entries(properties)) if (!required.includes(key)) property.example = '';
}

/** A client that is named in a form must not be named in a header too. */
function requestInterceptor(/** @type {SwaggerRequest} */ request) {
  if (/(?:^|&)client_secret=[^&]/.test(String(request.body))) {
    for (const name of ['Authorization', 'X-API-Key']) Reflect.deleteProperty(request.headers, name);
  }
  return request;
}

/** A login authorizes the calls after it, and a logout ends that. */
function responseInterceptor(/** @type {SwaggerResponse} */ response) {
  const value = response.ok ? jwtIn(response) : undefined;
  if (value !== undefined) {
    const schema = ui.specSelectors.specJson().getIn(['components', 'securitySchemes', JWT]).toJS();
    ui.authActions.authorizeWithPersistOption({ [JWT]: { name: JWT, schema, value } });
  }
  if (response.ok && response.url === SERVER + LOGOUT) ui.authActions.logoutWithPersistOption([JWT]);
  return response;
}

/** @returns {string | undefined} */
function jwtIn(/** @type {SwaggerResponse} */ { headers, obj }) {
  const inHeader = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const token = typeof obj === 'object' && obj !== null && 'Token' in obj ? obj.Token : undefined;
  return typeof token === 'string' ? token : undefined;
}

/** Swagger UI has dark colours, but does not ask which ones the reader prefers. */
function followColorScheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

followColorScheme();
const ui = SwaggerUIBundle({
  url: 'openapi.json',
  domNode: document.getElementById('swagger-ui'),
  plugins: [plugin],
  requestInterceptor,
  responseInterceptor,
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // The validator is on another host, which the page must not contact.
  validatorUrl: null,
});
