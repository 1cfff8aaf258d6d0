import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiQuery, type ApiQueryOptions, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal } from './current-principal.decorator.js';
import { Principal } from './principal.js';
import { Answers } from '../http/openapi/answers.decorator.js';
import { FastPath } from './fast-path.js';
import { FOR_PROXIES, ForProxies } from './for-proxies.decorator.js';
import { identityHeaders, remoteHeaders } from './identity-headers.js';
import { ROLE, SCOPE } from './right-names.js';
import { VerifyCheck } from './verify-check.js';
import { VERIFY_PATH } from './verify-request.js';

const text = { type: 'string' } as const;
/** Of an id, which is empty for nobody. */
const idOrNothing = { ...text, pattern: '^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
/** The limits on the checks that are known, and on the length of each. */
const MAX_KNOWN = 200;
const MAX_KNOWN_LENGTH = 1000;

@ApiTags('Integration')
@Controller()
export class VerifyController {
  /** The checks with a query that the fast path serves, the oldest first. */
  private readonly known = new Set<string>();

  constructor(private readonly fastPath: FastPath) {
    fastPath.register(VERIFY_PATH, { policy: FOR_PROXIES, render: renderIdentity });
  }

  /**
   * Check a credential
   *
   * @remarks For a service or a proxy that checks every request. Returns the user and the credential in headers, without
   * a body. A cached credential needs no database query. A revoked credential is refused from the moment of its revocation.
   *
   * Every method and every path below this one, such as `POST /auth/verify/orders/42`, gets the same response, and a body is
   * never read. `OPTIONS` is a check too, and no CORS preflight. The refusals are those statuses that proxies pass on: two
   * different credentials get 401, an auth header over its rate limit 429, and a fault of the server 503.
   *
   * The query says what is demanded, at this very path only. Below it, the query is that of the proxy's client, and ignored. A
   * parameter that does not exist, or with another value, is refused with 403. Do not let the proxy pass on its client's query.
   */
  @Get(VERIFY_PATH)
  @ForProxies()
  @ApiQuery(
    query('scope', SCOPE, {
      description:
        'The scopes that the credential must have, all of them, separated by blanks or in several parameters. A JWT has every scope but `admin`, which needs the role.',
      example: 'orders:read',
    }),
  )
  @ApiQuery(
    query('role', ROLE, {
      description:
        'The roles that the user must have, all of them, likewise. For `admin`, an auth header also needs the scope `admin`.',
      example: 'accountant',
    }),
  )
  @ApiQuery({
    name: 'max_age',
    required: false,
    description:
      'How long ago the user logged in at most, in seconds. A renewal is no login, and an auth header never meets it. Else 401 (RFC 9470).',
    schema: { type: 'integer', minimum: 1, maximum: 999_999_999 },
    example: 600,
  })
  @ApiQuery({
    name: 'acr',
    required: false,
    description: 'How strongly the login was proved, at least: `aal2` with two different factors. Likewise.',
    schema: { ...text, enum: ['aal1', 'aal2'] },
    example: 'aal2',
  })
  @ApiQuery({
    name: 'optional',
    required: false,
    description:
      'Answers a request without a credential with 200 and empty identity headers. Has no effect with `scope`, `role`, `max_age` or `acr`.',
    schema: { ...text, enum: ['1'] },
  })
  @ApiQuery({
    name: 'as',
    required: false,
    description: 'Adds the headers `Remote-User`, `Remote-Groups`, `Remote-Email` and `Remote-Name`.',
    schema: { ...text, enum: ['remote'] },
  })
  @Answers(
    'The credential is valid',
    ['insufficient_user_authentication', 'address_not_allowed', 'insufficient_scope', 'invalid_check'],
    {
      'X-User-Id': {
        required: true,
        description:
          'The id of the user. Like every header here, empty for a request without a credential, with `?optional=1`.',
        schema: idOrNothing,
        example: '12345678-1234-1234-1234-123456789abc',
      },
      'X-User-Name': {
        required: true,
        description: 'The username, percent-encoded (RFC 3986).',
        schema: text,
        example: 'john.doe',
      },
      'X-User-Roles': {
        required: true,
        description: "The user's roles, separated by blanks; empty for a user without a role.",
        schema: text,
        example: 'admin',
      },
      'X-Credential-Kind': {
        required: true,
        description: 'The kind of the credential. Decide by it whether scopes limit the request.',
        schema: { ...text, enum: ['jwt', 'auth-header', ''] },
        example: 'auth-header',
      },
      'X-Credential-Id': {
        required: true,
        description: "The JWT's `jti`, or the auth header's id.",
        schema: idOrNothing,
        example: '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d',
      },
      'X-Credential-Scopes': {
        required: true,
        description:
          "An auth header's scopes, separated by blanks; empty for an auth header without a scope, and for a JWT, which no scope limits.",
        schema: text,
        example: 'orders:read',
      },
      'X-Auth-Methods': {
        required: true,
        description:
          'How the user logged in, separated by blanks (RFC 8176): `mfa` is among them after a second factor. Empty for an auth header.',
        schema: text,
        example: 'pwd otp mfa',
      },
      'X-Auth-Time': {
        required: true,
        description:
          'When the user logged in, in seconds since 1970, which a renewal does not change. Empty for an auth header.',
        schema: text,
        example: '1893452400',
      },
      'Remote-User': remote('The username', 'john.doe'),
      'Remote-Groups': remote("The user's roles, separated by commas", 'accountant,admin'),
      'Remote-Email': remote('The e-mail address', 'john.doe@example.com'),
      'Remote-Name': remote('The first name and the last name', 'John Doe'),
    },
  )
  verifyCredential(
    @CurrentPrincipal() principal: Principal | undefined,
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    const check = new VerifyCheck(url);
    const render = check.isRemote ? renderRemote : renderIdentity;
    if (url !== VERIFY_PATH && url.length <= MAX_KNOWN_LENGTH) this.learn(url, check, render);
    void reply.removeHeader('content-type').headers(render(principal).headers);
  }

  /** Has the fast path serve a check. A proxy has few of them; a client that can make them up must not fill the memory. */
  private learn(url: string, check: VerifyCheck, render: typeof renderIdentity): void {
    this.known.delete(url);
    this.known.add(url);
    this.fastPath.register(url, {
      policy: FOR_PROXIES,
      render,
      serves: (principal) => check.isMetBy(principal),
      anonymous: (request) => (check.isMetWithoutCredential(request) ? render(undefined) : undefined),
    });
    const [oldest] = this.known;
    if (this.known.size <= MAX_KNOWN || oldest === undefined) return;
    this.known.delete(oldest);
    this.fastPath.unregister(oldest);
  }
}

function renderIdentity(principal: Principal | undefined) {
  return { headers: identityHeaders(principal) };
}

function renderRemote(principal: Principal | undefined) {
  return { headers: remoteHeaders(principal) };
}

function query(name: string, { source }: RegExp, words: { description: string; example: string }): ApiQueryOptions {
  return { name, required: false, schema: { type: 'array', items: { ...text, pattern: source } }, ...words };
}

function remote(what: string, example: string) {
  const description = `${what}, with \`?as=remote\`; what is not ASCII, and \`%\`, is percent-encoded.`;
  return { required: false, description, schema: text, example };
}
