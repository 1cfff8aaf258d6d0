import type { Answer } from '../support/client.js';

/** A change, as its client knows it. */
export interface Change<Body> {
  readonly action: string;
  /** What the audit event names. Of something new, the answer tells it. */
  readonly target: string | ((body: Body) => string);
  /** The credentials that are refused once the change is answered. */
  readonly ends?: readonly string[];
  /** The credentials that are accepted from then on. */
  readonly begins?: (body: Body) => readonly string[];
}

/** A change without an answer: it has taken place, or it has not. */
interface Doubt {
  readonly event: string;
  readonly ends: readonly string[];
}

/** There was no answer, or one that says nothing about the change. */
export class Unanswered extends Error {}

/** What a fault looks like, or undefined. */
export type LaterCheck = () => Promise<string | undefined>;

/** What the clients of a round were told, and what must hold after it. */
export class Ledger {
  readonly accepted = new Set<string>();
  readonly refused = new Set<string>();
  /** What else must hold: codes that were used stay used, limits stay limits. */
  readonly later: LaterCheck[] = [];
  /** The addresses that were promised a mail. */
  readonly mailed: string[] = [];
  readonly statuses = new Set<number>();
  changes = 0;
  /** How often each event was acknowledged, by its action and its target. */
  private readonly events = new Map<string, number>();
  private readonly doubts = new Set<Doubt>();

  /**
   * Makes a change, and notes what its answer means.
   * @throws Unanswered, ConnectionError if the change is in doubt; Error if it was refused, which no client here deserves
   */
  async change<Body>(
    { action, target, ends = [], begins = () => [] }: Change<Body>,
    send: () => Promise<Answer<Body>>,
  ): Promise<Body> {
    for (const token of ends) this.accepted.delete(token);
    const doubt = { event: `${action} ${typeof target === 'string' ? target : ''}`, ends };
    this.doubts.add(doubt);
    const body = await this.answered(send);
    this.doubts.delete(doubt);
    for (const token of ends) this.refused.add(token);
    for (const token of begins(body)) this.accepted.add(token);
    const event = `${action} ${typeof target === 'string' ? target : target(body)}`;
    this.events.set(event, (this.events.get(event) ?? 0) + 1);
    this.changes += 1;
    return body;
  }

  /** @throws as {@link change} does */
  async answered<Body>(send: () => Promise<Answer<Body>>): Promise<Body> {
    const { status, text, body } = await send();
    this.statuses.add(status);
    if (status === 503) throw new Unanswered(text);
    if (status !== 200) throw new Error(`Answered ${status}: ${text}`);
    return body;
  }

  /**
   * What differs from what the clients were told.
   * @param recorded how often each event is in the audit log
   * @param isAccepted asks the server
   */
  async faults(
    recorded: ReadonlyMap<string, number>,
    isAccepted: (token: string) => Promise<boolean>,
  ): Promise<string[]> {
    const faults: string[] = [];
    const uncertain = new Set([...this.doubts].map(({ event }) => event));
    for (const [event, acknowledged] of this.events) {
      const found = recorded.get(event) ?? 0;
      const surplus = found - acknowledged;
      if (surplus !== 0 && !(surplus === 1 && uncertain.has(event)))
        faults.push(`${event}: ${found} events of ${acknowledged} changes`);
    }
    for (const { event, ends } of this.doubts) {
      const hasHappened = (recorded.get(event) ?? 0) > (this.events.get(event) ?? 0);
      for (const token of ends) {
        if ((await isAccepted(token)) === hasHappened) faults.push(`${event}: half a change, recorded ${hasHappened}`);
        (hasHappened ? this.refused : this.accepted).add(token);
      }
    }
    for (const token of this.accepted)
      if (!(await isAccepted(token))) faults.push(`an acknowledged credential is refused: ${token.slice(0, 12)}`);
    for (const token of this.refused)
      if (await isAccepted(token)) faults.push(`a revoked credential is accepted: ${token.slice(0, 12)}`);
    for (const check of this.later) {
      const fault = await check();
      if (fault !== undefined) faults.push(fault);
    }
    return faults;
  }
}
