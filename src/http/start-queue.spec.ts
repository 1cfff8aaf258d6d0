import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { StartQueue } from './start-queue.js';

const response = (destroyed = false): ServerResponse => ({ destroyed }) as ServerResponse;

let nowMs = 0;
beforeEach(() => jest.spyOn(performance, 'now').mockImplementation(() => nowMs));
afterEach(() => jest.restoreAllMocks());

/** What takes so long. */
function work(milliseconds: number): void {
  nowMs += milliseconds;
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

  it('drops those whose client has hung up', async () => {
    const queue = new StartQueue();
    const begun: string[] = [];
    queue.begin(response(), false, () => {
      work(5);
    });
    queue.begin(response(true), false, () => begun.push('of nobody'));
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
    expect(queue.begin(response(), false, () => undefined)).toBe(false);
    await turn();
    await turn();
    const begun: string[] = [];
    expect(queue.begin(response(), false, () => begun.push('later'))).toBe(true);
    while (begun.length === 0) await turn();
  });
});
