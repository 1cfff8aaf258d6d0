import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';
import { VERSION } from '../config/version.js';
import { NAMES_NOTICE } from './names-notice.js';

const DESCRIPTION = `Welcome to the Elastic Personas API! You can use our API to access Elastic Personas API endpoints. People log in
with a password and get a JWT; programs carry a named, long-lived auth header, which other APIs call an API key. Every guarded
route accepts either.

${NAMES_NOTICE}
# Authentication

Elastic Personas uses JWT token keys to allow access to the API, and auth headers for programs. It expects for the credential
to be included in all API requests to the server in a header that looks like the following:

\`Authorization: Bearer <JWT or auth header>\`

The word \`Bearer\`, in any letter case and followed by a blank, may be left out, and \`X-Authorization\` and
\`X-API-Key\` are accepted too; two different credentials in one request are refused. An empty header is no credential, and
an \`Authorization\` header of another scheme, such as \`Basic\`, is ignored.

Every answer has a header \`X-Request-Id\`: tell it to the administrators when you ask about a request.

> You must login to get \`Bearer token\` to access for API.

**The samples are in Shell, Ruby, Python and JavaScript, and call the server that shows them.** The login samples log in as the
first administrator, \`admin\`, with the password in the environment variable \`PASSWORD\`: for instance
\`read -rs PASSWORD && export PASSWORD\`. They put the JWT into \`TOKEN\`, where every other sample in the same shell or interpreter
finds it. In JavaScript, \`globalThis.PASSWORD\` and \`globalThis.TOKEN\` come first, so that a browser's console works too. To
use an auth header instead, set the variable yourself, for instance with \`export TOKEN=ep_…\`.
`;

/**
 * The description of the whole API in the document.
 * @param serverUrl absolute, because a generated client does not know the URL of the document
 */
export function describeApi(serverUrl: string): Omit<OpenAPIObject, 'paths'> {
  const api = new DocumentBuilder()
    // Older generators cannot read 3.1, and nothing here needs it.
    .setOpenAPIVersion('3.0.3')
    .setTitle('Elastic Personas API')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(serverUrl, 'The server that serves this document.')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'The JWT of a login: the `Token` in its response, or the JWT in its `Authorization` header. An auth header (`ep_…`) is accepted too.',
      },
      'jwt',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-API-Key',
        description: 'An auth header (`ep_…`): the `token` of `POST /authheader/add`.',
      },
      'authHeader',
    )
    .addBasicAuth(
      {
        type: 'http',
        scheme: 'basic',
        description: "An auth header's id and token, as the id and the secret of an OAuth client.",
      },
      'client',
    )
    .addTag('Accounts', 'Login by e-mail address.')
    .addTag('User', 'Login by username, the current user, and sessions.')
    .addTag('Auth headers', 'Named, long-lived tokens for programs.')
    .addTag('Kittens', 'A small guarded resource for trying out a credential.')
    .addTag('Administration', 'User administration and the audit log.')
    .addTag('Second factors', 'Authenticator apps, passkeys and recovery codes.')
    .addTag('Integration', 'Credential checks for other services.')
    .addTag('OAuth', 'Machine logins, introspection and revocation for OAuth clients.')
    .addTag('Health', 'Liveness and readiness.')
    .build();
  Reflect.deleteProperty(api.info, 'contact');
  return api;
}
