import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';

/** What every answer says where pages of other origins may call, also to whoever is no page. */
export function originVary({ corsOrigins }: Pick<Settings, 'corsOrigins'>): Readonly<Record<string, string>> {
  return corsOrigins.length > 0 ? { vary: 'Origin' } : {};
}

type Decide = (error: Error | null, options: object) => void;

/** Lets pages of these origins call the API, and read the JWT that the accounts door puts in a header. */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  const allowed = new Set(origins);
  const delegate = (request: FastifyRequest, decide: Decide): void => {
    const { origin, 'access-control-request-method': preflightFor } = request.headers;
    // Any other origin gets no header at all, and what is no preflight is a request like any other.
    const isAllowed = origin !== undefined && allowed.has(origin);
    decide(null, {
      origin: isAllowed ? origin : false,
      preflight: preflightFor !== undefined,
      methods: ['GET', 'HEAD', 'POST', 'DELETE'],
      exposedHeaders: ['Authorization', 'Link', 'Retry-After', 'WWW-Authenticate'],
      maxAge: 600,
    });
  };
  app.enableCors(delegate as unknown as Parameters<typeof app.enableCors>[0]);
}
