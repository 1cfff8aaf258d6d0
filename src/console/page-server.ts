import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { Settings } from '../config/settings.js';
import { databaseCodeOf } from '../database/database-errors.js';
import { ApiError } from '../errors/api-error.js';
import { fieldsOf } from '../http/errors/error.filter.js';
import { toApiError } from '../http/errors/to-api-error.js';
import type { Form } from '../http/form-body.js';
import { hasHungUp } from '../http/login-origin.js';
import { addVary } from '../http/vary.js';
import { LogEntry } from '../telemetry/log-entry.js';
import { localeOf, preferredLocale } from '../i18n/locales.js';
import { originOf } from '../net/origin.js';
import { publicUrlOf } from '../net/public-url.js';
import { CONSOLE_PATH } from './console-path.js';
import { ConsoleSessions } from './console-sessions.js';
import { PAGES } from './console-pages.js';
import { isSameOrigin } from './cross-site.js';
import { failureView, foreignView, needsHttpsView, noSuchPageView, notForYouView } from './parts/refusals.js';
import { renderPage } from './parts/layout.js';
import type { Answer, ConsolePage, View } from './page.js';
import { SessionCookie } from './session-cookie.js';
import { UserVisit, Visit, type VisitParts } from './visit.js';

/** Takes a request for a page to its response: who asks, whether they may, and what the page answers. */
@Injectable()
export class PageServer {
  private readonly logger = new Logger('Console');
  private readonly prefix: string;

  constructor(
    @Inject(PAGES) readonly pages: readonly ConsolePage[],
    private readonly sessions: ConsoleSessions,
    private readonly cookie: SessionCookie,
    private readonly settings: Settings,
  ) {
    const { pathname } = new URL(settings.publicUrl ?? 'http://localhost');
    this.prefix = pathname === '/' ? '' : pathname;
  }

  /** Answers a request for a page. @param page undefined for an address that no page has */
  async answer(page: ConsolePage | undefined, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const isForm = request.method === 'POST';
    let visit = new Visit(this.partsOf(request, reply));
    try {
      const refusal = this.refusalOf(visit, request, isForm);
      if (refusal === undefined) visit = await this.visitOf(visit, request);
      this.send(reply, visit, refusal ?? (await this.answerOf(page, visit, isForm)));
    } catch (error) {
      this.fail(error, request, reply, visit);
    }
    return reply;
  }
  /** Answers what failed before the page was asked, such as a body that is no form. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    this.fail(error, request, reply, new Visit(this.partsOf(request, reply)));
  }

  /** What is answered to a request that must not be looked at: its cookie may be stolen, or sent by another site. */
  private refusalOf(visit: Visit, request: FastifyRequest, isForm: boolean): View | undefined {
    if (!this.cookie.isSafe(request)) return needsHttpsView(visit);
    return isForm && !isSameOrigin(request, this.settings) ? foreignView(visit) : undefined;
  }

  private async visitOf({ parts }: Visit, request: FastifyRequest): Promise<Visit> {
    const visitor = await this.sessions.visitorOf(request);
    if (visitor === undefined) return new Visit(parts);
    request.principal = visitor.principal;
    return new UserVisit(parts, visitor);
  }

  private answerOf(page: ConsolePage | undefined, visit: Visit, isForm: boolean): Answer | Promise<Answer> {
    if (page !== undefined) return answerOf(page, visit, isForm);
    // People type the slash, and proxies add it.
    const path = visit.parts.path.replace(/\/$/, '');
    const isMeant = path !== visit.parts.path && this.pages.some((one) => one.path === path);
    return isMeant ? { to: `${path}?${visit.parts.query.toString()}` } : noSuchPageView(visit);
  }

  private fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply, visit: Visit): void {
    const error = toApiError(thrown, request.id);
    // The session has ended while the page was made.
    if (error.code === 'invalid_token') {
      this.send(reply, visit, { to: '/login?done=log_in_first' });
      return;
    }
    // No message of a fault: that of the database contains the statement and its values.
    if (error.status >= 500 && !(thrown instanceof ApiError)) {
      const code = databaseCodeOf(thrown);
      const reason = code === undefined ? String(thrown) : `database: ${code}`;
      const where = code === undefined && thrown instanceof Error ? thrown.stack : undefined;
      const message = `${error.code} (request ${request.id}) at ${request.routeOptions.url ?? ''}: ${reason}`;
      this.logger.error(new LogEntry(message, fieldsOf(request, error)), where);
    }
    reply.errorCode = error.code;
    const retryAfter = error.headers['retry-after'];
    if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
    this.send(reply, visit, failureView(visit, error));
  }

  private send(reply: FastifyReply, visit: Visit, answer: Answer): void {
    if ('to' in answer) {
      void reply.code(303).header('location', visit.url(answer.to)).send();
      return;
    }
    if ('content' in answer) {
      void reply.header('content-disposition', `attachment; filename="${answer.fileName}"`).type(answer.type);
      void reply.send(Readable.from(answer.content));
      return;
    }
    void reply.header('content-language', visit.locale);
    addVary(reply, 'Accept-Language');
    addVary(reply, 'Cookie');
    void reply.code(answer.status ?? 200).type('text/html; charset=utf-8');
    void reply.send(renderPage(visit, answer, this.pages));
  }

  private partsOf(request: FastifyRequest, reply: FastifyReply): VisitParts {
    const [url = '', search = ''] = request.url.split('?', 2);
    const query = new URLSearchParams(search);
    const chosen = localeOf(query.get('lang') ?? undefined);
    const locale = chosen ?? preferredLocale(request.headers['accept-language']);
    const hasAsked = chosen !== undefined || request.headers['accept-language'] !== undefined;
    return {
      prefix: this.prefix,
      serverUrl: publicUrlOf(request, this.settings),
      path: url.slice(CONSOLE_PATH.length),
      query,
      form: (request.body ?? {}) as Form,
      locale,
      hasChosenLocale: chosen !== undefined,
      // In which mails are written to the user.
      origin: { ...originOf(request), hasHungUp: hasHungUp(request), ...(hasAsked && { language: locale }) },
      cookies: {
        set: (value) => {
          this.cookie.set(reply, value);
        },
        clear: () => {
          this.cookie.clear(reply);
        },
      },
    };
  }
}

/** What a page answers to somebody who may see it; everybody else is led to the login, or refused. */
async function answerOf(page: ConsolePage, visit: Visit, isForm: boolean): Promise<Answer> {
  if (page.access === 'everybody') return (await act(page, visit, isForm)) ?? noSuchPageView(visit);
  const to = isForm ? formAddress(page, visit) : ownAddress(visit);
  if (!(visit instanceof UserVisit))
    return { to: `/login?${new URLSearchParams({ done: 'log_in_first', to }).toString()}` };
  if (page.access === 'administrator' && !visit.isAdministrator) return notForYouView(visit);
  if (page.needsRecentLogin === true && !visit.hasRecentLogin()) {
    return { to: `/confirm?${new URLSearchParams({ to }).toString()}` };
  }
  return (await act(page, visit, isForm)) ?? noSuchPageView(visit);
}

interface Acts<V> {
  show?(visit: V): Answer | Promise<Answer>;
  submit?(visit: V): Answer | Promise<Answer>;
}

async function act<V>(page: Acts<V>, visit: V, isForm: boolean): Promise<Answer | undefined> {
  return isForm ? page.submit?.(visit) : page.show?.(visit);
}

/** The page that is shown, with its query, to come back to. */
function ownAddress({ parts: { path, query } }: Visit): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** The longest query of a form that is kept over a login. */
const MAX_QUERY_LENGTH = 2000;
/** The fields that no address may hold. */
const SECRET_FIELDS = /password|token|otp|passkey/i;

/** The page of a form that was sent, to fill in again after a login with what was typed. */
function formAddress(page: ConsolePage, { parts }: Visit): string {
  const { path, partOf = '' } = page;
  if (!('show' in page)) return partOf;
  const fields = Object.entries(parts.form).filter(([name]) => !SECRET_FIELDS.test(name));
  const query = new URLSearchParams(fields.map(([name, value = '']): [string, string] => [name, value])).toString();
  return query === '' || query.length > MAX_QUERY_LENGTH ? path : `${path}?${query}`;
}
