import { COMMAND_LINE } from '../auth/actor.js';
import { Background } from '../database/background.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditService } from './audit.service.js';
import { GatheredRefusals } from './gathered-refusals.js';

const WINDOW_ENDS = new Date(Date.now() + 3_600_000);
const ACTOR = { ...COMMAND_LINE, userId: 'user', username: 'john.doe' };

/** Refusals of credentials, whose events are recorded by a service that a test holds up or makes fail. */
function gathering() {
  const recorded: AuditEntry[] = [];
  const state = { isFailing: false, hold: Promise.resolve(), transactions: 0 };
  const audit = {
    recordAll: async (entries: readonly (readonly [unknown, AuditEntry])[]) => {
      state.transactions += 1;
      await state.hold;
      if (state.isFailing) throw new Error('no database');
      recorded.push(...entries.map(([, entry]) => entry));
    },
  };
  const background = new Background();
  const reasons = { expired: 'has expired', others: 'others' };
  const words = { name: 'Test', outcome: 'refused', reasons, ofSeveral: ['others'] } as const;
  const refusals = new GatheredRefusals<'expired'>(audit as unknown as AuditService, words, background);
  const refuse = (key: string) => {
    const group = { key, kind: 'expired' as const, windowEnds: WINDOW_ENDS };
    refusals.noteLater({ action: 'credential.refuse', actor: ACTOR, group, target: key });
  };
  return { recorded, state, refuse, stop: () => background.stop(() => Promise.resolve()) };
}

/** How many refusals some events stand for. */
const total = (entries: readonly AuditEntry[]) =>
  entries.reduce((sum, { detail = '' }) => sum + Number(/^(\d+) more/.exec(detail)?.[1] ?? 1), 0);

describe('Refusals that nobody waits for', () => {
  it('are recorded once for a credential and a reason, and then as a number', async () => {
    const { recorded, refuse, stop } = gathering();
    for (let n = 0; n < 10_000; n++) refuse(`key ${n % 2}`);
    await stop();
    expect(recorded).toHaveLength(4);
    expect(recorded[0]).toEqual({
      action: 'credential.refuse',
      outcome: 'refused',
      target: 'key 0',
      detail: 'has expired',
    });
    expect(total(recorded)).toBe(10_000);
  });

  it('take one transaction at a time, and no more memory and events than they may, of however many credentials', async () => {
    const { recorded, state, refuse, stop } = gathering();
    let release: () => void = () => undefined;
    state.hold = new Promise((resolve) => (release = resolve));
    for (let n = 0; n < 20_000; n++) refuse(`key ${n}`);
    expect(state.transactions).toBe(1);
    release();
    await stop();
    expect(recorded.length).toBeLessThan(6000);
    expect(total(recorded)).toBe(20_000);
  });

  it('are not lost while the database is away', async () => {
    const { recorded, state, refuse, stop } = gathering();
    state.isFailing = true;
    for (let n = 0; n < 10; n++) refuse('key');
    await new Promise(setImmediate);
    state.isFailing = false;
    for (let n = 0; n < 5; n++) refuse('key');
    await stop();
    expect(total(recorded)).toBe(15);
  });
});
