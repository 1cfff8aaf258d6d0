import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { leadsHere } from '../net/loopback.js';
import { publicUrlOf } from '../net/public-url.js';

/** Longer than any header with a cookie of ours and some of others. */
const MAX_LENGTH = 8192;

/**
 * The cookie of the console's session. Its protection follows `PUBLIC_URL` and not the request, whose scheme is another one behind a
 * proxy. With `https`, the prefix `__Host-` keeps other hosts of the domain from setting it.
 */
@Injectable()
export class SessionCookie {
  private readonly isSecure: boolean;
  private readonly name: string;

  constructor(private readonly settings: Settings) {
    this.isSecure = settings.publicUrl?.startsWith('https:') === true;
    this.name = this.isSecure ? '__Host-personas' : 'personas';
  }

  /** Whether browsers may keep a session here: in production not over plain HTTP, unless nobody else can listen. */
  isSafe(request: FastifyRequest): boolean {
    if (this.isSecure || !this.settings.isProduction) return true;
    return leadsHere(publicUrlOf(request, this.settings));
  }

  /** The value that a browser presents; undefined for none, and for two, of which another host may have set one. */
  read({ headers: { cookie = '' } }: FastifyRequest): string | undefined {
    if (cookie.length > MAX_LENGTH) return undefined;
    const start = `${this.name}=`;
    const values = cookie
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(start));
    return values.length === 1 ? values[0]?.slice(start.length) : undefined;
  }

  set(reply: FastifyReply, value: string): void {
    this.send(reply, value, this.settings.sessionMaxAgeSeconds);
  }

  clear(reply: FastifyReply): void {
    this.send(reply, '', 0);
  }

  private send(reply: FastifyReply, value: string, maxAgeSeconds: number): void {
    const secure = this.isSecure ? '; Secure' : '';
    const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
    void reply.header('set-cookie', `${this.name}=${value}; ${attributes}`);
  }
}
