import fc from 'fast-check';
import { EventEmitter } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { StartQueue } from './start-queue.js';

const response = (state: { destroyed?: boolean; writable?: boolean } = {}): ServerResponse =>
  ({ destroyed: state.destroyed ?? false, socket: { writable: state.writable ?? true } }) as ServerResponse;
const nothing = (): void => undefined;

let nowMs = 0;
beforeEach(() => jest.spyOn(performance, 'now').mockImplementation(() => nowMs));
afterEach(() => jest.restoreAllMocks());

/** What takes so long. */
function work(milliseconds: number): void {
  nowMs += milliseconds;
}

/** A queue, and what a server tells it when a connection is accepted. */
function watched(): { queue: StartQueue; accept: () => void } {
  const server = new EventEmitter();
  const queue = new StartQueue();
  queue.watch(server as Server);
  return { queue, accept: () => server.emit('connection') };
}

describe('The queue of requests that begin', () => {
  it('begins each at once while there is time in the turn', () => {
    const queue = new StartQueue();
    let begun = 0;
    const isTaken = queue.begin(response(), false, () => begun++) && queue.begin(response(), false, () => begun++);
    expect([isTaken, begun]).toEqual([true, 2]);
  });

  it('leaves those that would make the turn long to the next turns, in their order', async () => {
    const queue = new StartQueue();
    const begun: number[] = [];
    for (let index = 0; index < 5; index++) {
      queue.begin(response(), false, () => {
        begun.push(index);
        work(5);
      });
    }
    expect(begun).toEqual([0]);
    for (let index = 1; index < 5; index++) {
      await turn();
      expect(begun.length).toBeLessThanOrEqual(index + 1);
    }
    while (begun.length < 5) await turn();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('begins checks before others that wait', async () => {
    const queue = new StartQueue();
    const begun: string[] = [];
    queue.begin(response(), false, () => {
      work(5);
    });
    queue.begin(response(), false, () => begun.push('other'));
    queue.begin(response(), true, () => begun.push('check'));
    while (begun.length < 2) await turn();
    expect(begun).toEqual(['check', 'other']);
  });

  it.each([
    ['has hung up', { destroyed: true }],
    ['has closed its side', { writable: false }],
  ])('drops those whose client %s', async (_, gone) => {
    const queue = new StartQueue();
    const begun: string[] = [];
    queue.begin(response(), false, () => {
      work(5);
    });
    queue.begin(response(gone), false, () => begun.push('of nobody'));
    queue.begin(response(), false, () => begun.push('of somebody'));
    while (begun.length === 0) await turn();
    expect(begun).toEqual(['of somebody']);
  });

  it('refuses newcomers while others have waited for a second, and takes them again afterwards', async () => {
    const queue = new StartQueue();
    const slow = (): void => {
      work(1100);
    };
    for (let count = 0; count < 3; count++) expect(queue.begin(response(), false, slow)).toBe(true);
    await turn();
    expect(queue.begin(response(), false, nothing)).toBe(false);
    await turn();
    await turn();
    const begun: string[] = [];
    expect(queue.begin(response(), false, () => begun.push('later'))).toBe(true);
    while (begun.length === 0) await turn();
  });
});

describe('While connections are accepted, one in each turn', () => {
  it('no request begins, so that those behind them are accepted soon, and each begins afterwards', async () => {
    const { queue, accept } = watched();
    const begun: string[] = [];
    for (let count = 0; count < 20; count++) {
      accept();
      queue.begin(response(), count % 2 === 0, () => begun.push('early'));
      await turn();
    }
    expect(begun).toEqual([]);
    await turn();
    expect(begun).toHaveLength(20);
  });

  it('requests begin now and then nevertheless, however long it goes on', async () => {
    const { queue, accept } = watched();
    const begun: string[] = [];
    accept();
    queue.begin(response(), false, () => begun.push('request'));
    for (let count = 0; count < 100; count++) {
      accept();
      await turn();
    }
    expect(begun).toEqual(['request']);
  });
});

describe('Whatever comes in whatever order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('accept' as const) }),
    fc.record({ kind: fc.constant('turn' as const) }),
    fc.record({
      kind: fc.constant('request' as const),
      isCheck: fc.boolean(),
      durationMs: fc.nat(600),
      isGone: fc.boolean(),
    }),
  );

  it('each request of a client that waits begins or is refused, and later ones are taken at once', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { queue, accept } = watched();
      let wanted = 0;
      let begun = 0;
      for (const one of steps) {
        if (one.kind === 'accept') accept();
        else if (one.kind === 'turn') await turn();
        else {
          const start = (): void => {
            if (!one.isGone) begun += 1;
            work(one.durationMs);
          };
          const isTaken = queue.begin(response({ destroyed: one.isGone }), one.isCheck, start);
          if (isTaken && !one.isGone) wanted += 1;
        }
      }
      for (let count = 0; count <= steps.length + 2; count++) await turn();
      expect(begun).toBe(wanted);
      let isBegun = false;
      expect(queue.begin(response(), false, () => (isBegun = true))).toBe(true);
      expect(isBegun).toBe(true);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
