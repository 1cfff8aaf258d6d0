import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';

const DESCRIPTION = `Welcome to the Elastic personas API! People log in with a password and get a JWT; programs carry a named,
long-lived auth header. Every guarded route accepts either.

The samples are in Shell, Ruby, Python and JavaScript, and call the server that shows them.

# Authentication

Elastic personas uses JWT token keys to allow access to the API, and auth headers for programs. It expects the credential
to be included in all API requests to the server in a header that looks like the following:

\`Authorization: Bearer <JWT or auth header>\`

The word \`Bearer\`, in any letter case and with a blank behind it, may be left out, and \`X-Authorization\` and
\`X-API-Key\` are read as well; two different credentials in one request are refused. An empty header is no credential, and an
\`Authorization\` of another scheme, such as \`Basic\`, is not read.

> You must login to get \`Bearer token\` to access for API.

**The samples take the credential from the environment variable \`TOKEN\`.** A login sample puts the JWT there: paste it,
with your own name and password, and after it any other sample into the same shell or interpreter. In JavaScript it is
\`globalThis.TOKEN\` if there is one, so that a browser's console works too. To use an auth header instead, set the
variable yourself, for instance with \`export TOKEN=ep_…\`.
`;

/** What the document says of the API as a whole. */
export function describeApi(): Omit<OpenAPIObject, 'paths'> {
  const api = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Elastic personas API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The server that shows this document.')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The JWT of a login; an auth header will do as well.',
      },
      'jwt',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An auth header.' }, 'authHeader')
    .addTag('Accounts', 'The door by e-mail address.')
    .addTag('User', 'The door by username, who someone is, and their sessions.')
    .addTag('Auth headers', 'Named, long-lived tokens for programs.')
    .addTag('Kittens', 'A small guarded resource to try a credential on.')
    .addTag('Administration', 'What administrators do with users, and what happened.')
    .addTag('Integration', 'How other services check a credential.')
    .addTag('Health', 'How the server is.')
    .build();
  Reflect.deleteProperty(api.info, 'contact');
  // Of OpenAPI 3.1, which the builder's types do not know yet.
  const info = { ...api.info, summary: 'JWTs for people, long-lived auth headers for programs.' };
  return { ...api, info };
}
