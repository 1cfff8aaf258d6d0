import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract, DocumentedOperation } from '../support/openapi.js';
import { build, type Built } from './build.js';
import { type Answered, Cast } from './cast.js';
import { type ReadAnswer, takeEffect } from './effects.js';
import { complaintsOf } from './judge.js';
import { Resolver } from './resolve.js';
import type { Step } from './steps.js';
import type { Wire, WireRequest } from './wire.js';
import { type Credential, isUsable, type Register, World } from './world.js';

/** What all sequences of a run share. */
export interface Shared {
  readonly contract: Contract;
  readonly folder: string;
  readonly register: Register;
  /** The JWT of an administrator whom no sequence touches. */
  readonly root: string;
  /** Called with every answer. */
  readonly count: (operation: DocumentedOperation | 'busy' | undefined, status: number) => void;
}

/** A request with its answer, for the report. */
export interface Exchanged {
  readonly request: WireRequest;
  readonly answer: ReadAnswer | undefined;
  /** Why it was made, if it is no step of the sequence. */
  readonly purpose: string;
}

/** The server has broken a rule of the model. */
export class Violation extends Error {
  constructor(
    readonly complaints: readonly string[],
    readonly exchanges: readonly Exchanged[],
  ) {
    super(complaints.join('\n'));
  }
}

const JSON_TYPES = /^(application\/(jwk-set\+)?json|text\/plain)/;
/** How long and how often at least a request is made that gets 503 each time. A busy machine can starve a database for a while. */
const PATIENCE_MS = 120_000;
const MIN_ATTEMPTS = 6;
/** How many of the credentials that a step has ended are tried at once; the end of the sequence tries all. */
const TRIED_AT_ONCE = 3;

/** One run of some steps against the server, with users of its own. */
export class Sequence {
  private readonly exchanges: Exchanged[] = [];
  private readonly world: World;
  private readonly cast: Cast;
  private readonly resolver: Resolver;

  constructor(
    private readonly shared: Shared,
    private readonly wire: Wire,
    address: string,
  ) {
    this.world = new World(shared.register, address, shared.root);
    this.cast = new Cast(this.world, (...asked) => this.ask(...asked));
    this.resolver = new Resolver(this.world, this.cast);
  }

  /** @throws Violation as soon as an answer breaks a rule */
  async run(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) await this.take(step);
      for (const credential of this.world.credentials) await this.probe(credential);
      await this.deleteUsers();
    } finally {
      this.world.leave();
    }
  }

  private async take(step: Step): Promise<void> {
    const built = await build(step, this.world, this.cast, this.resolver);
    const answer = await this.send(built.request, '', built.isLast);
    this.shared.count(step.operation, answer.status);
    this.refuse(complaintsOf({ world: this.world, built, answer, judged: this.shared }));
    const living = this.world.credentials.filter(({ state }) => state !== 'dead');
    takeEffect(this.world, built, answer);
    const ended = living.filter(({ state }) => state === 'dead');
    for (const credential of ended.slice(0, TRIED_AT_ONCE)) await this.probe(credential);
  }

  /** Presents a credential where nothing but the credential decides. */
  private async probe(credential: Credential): Promise<void> {
    const { value, kind, endedBy, owner, allowedIps, hasRateLimit } = credential;
    const usable = isUsable(credential);
    if (usable === undefined || (usable && allowedIps.length > 0)) return;
    const purpose = usable ? `${owner.username}'s ${kind} lives` : `${owner.username}'s ${kind} has ended`;
    const answer = await this.send(this.request('GET', '/user/me', undefined, value), purpose);
    this.shared.count(undefined, answer.status);
    if (!usable && answer.status !== 401)
      this.refuse([`nothing revoked works: ${endedBy} has ended a ${kind}, which gets ${answer.status}`]);
    const isLetIn = answer.status === 200 || (hasRateLimit && answer.status === 429);
    if (usable && !isLetIn)
      this.refuse([`nothing alive dies by another's action: a ${kind} gets ${answer.status} ${answer.text}`]);
  }

  private async deleteUsers(): Promise<void> {
    for (const { id, isDeleted } of this.world.users) {
      if (isDeleted || this.world.isInDoubt) continue;
      await this.ask('POST', '/user/delete', { id }, this.world.root);
      const living = this.world.credentials.filter((one) => one.owner.id === id && isUsable(one) === true);
      this.world.end('/user/delete', ({ owner }) => owner.id === id);
      for (const credential of living.slice(0, TRIED_AT_ONCE)) await this.probe(credential);
    }
  }

  private async ask(method: string, path: string, body: object, token?: string): Promise<Answered> {
    const answer = await this.send(this.request(method, path, body, token), 'what the next step needs');
    this.shared.count(undefined, answer.status);
    if (answer.status !== 200)
      this.refuse([`what is right is done: ${method} ${path} gets ${answer.status} ${answer.text}`]);
    return { headers: answer.headers, body: answer.body as Record<string, unknown> };
  }

  private request(method: string, path: string, body?: object, token?: string): WireRequest {
    const isForm = body instanceof URLSearchParams;
    const text = isForm ? body.toString() : JSON.stringify(body);
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    return {
      method,
      target: path,
      headers: [
        ['Host', 'localhost'],
        ['X-Forwarded-For', this.world.address],
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
        ...(body === undefined ? [] : [['Content-Type', type] as const]),
      ],
      ...(body === undefined ? {} : { body: Buffer.from(text) }),
    };
  }

  /**
   * Sends a request, and again after a 503 when `Retry-After` says so: a server on a busy machine may say that, as long as it
   * is right that the client gets through later.
   */
  private async send(request: WireRequest, purpose: string, isLast = false): Promise<ReadAnswer> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.sendOnce(request, purpose, isLast);
      const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
      const isFinal = attempt >= MIN_ATTEMPTS && Date.now() > untilMs;
      if (answer.status !== 503 || Number.isNaN(retryAfter) || isFinal) return answer;
      this.shared.count('busy', answer.status);
      // What was asked for may have been done all the same.
      if (request.method !== 'GET') this.world.doubt();
      await sleep(retryAfter * 1000);
    }
  }

  private async sendOnce(request: WireRequest, purpose: string, isLast: boolean): Promise<ReadAnswer> {
    try {
      const { status, headers, text } = await this.wire.send(request, isLast);
      const answer = { status, headers, text, body: parsed(text, headers) };
      this.exchanges.push({ request, answer, purpose });
      return answer;
    } catch (error) {
      this.exchanges.push({ request, answer: undefined, purpose });
      throw new Violation([`every request is answered: ${(error as Error).message}`], this.exchanges);
    }
  }

  private refuse(complaints: readonly string[]): void {
    if (complaints.length > 0) throw new Violation(complaints, this.exchanges);
  }
}

function parsed(text: string, headers: Headers): unknown {
  if (!JSON_TYPES.test(headers.get('content-type') ?? '') || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export type { Built };
