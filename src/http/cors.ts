import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

/** `Vary: Origin` for every response if CORS is enabled, also to a request without an `Origin`, whose response differs. */
export function originVary({ corsOrigins }: Pick<Settings, 'corsOrigins'>): Readonly<Record<string, string>> {
  return corsOrigins.length > 0 ? { vary: 'Origin' } : {};
}

const EXPOSED = [
  'Authorization',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

type Decide = (error: Error | null, options: object) => void;

/** Allows pages of these origins to call the API and to read the headers that mean something to a client, such as the JWT. */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  const allowed = new Set(origins);
  const delegate = (request: FastifyRequest, decide: Decide): void => {
    const { origin, 'access-control-request-method': preflightFor } = request.headers;
    // Another origin gets no CORS header. An OPTIONS request that is no preflight is routed like any other request.
    const isAllowed = origin !== undefined && allowed.has(origin);
    decide(null, {
      origin: isAllowed ? origin : false,
      preflight: preflightFor !== undefined,
      methods: ['GET', 'HEAD', 'POST', 'DELETE'],
      exposedHeaders: EXPOSED,
      maxAge: 600,
    });
  };
  app.enableCors(delegate as unknown as Parameters<typeof app.enableCors>[0]);
}
