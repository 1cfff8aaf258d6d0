import { v7 as uuidv7, validate, version } from 'uuid';

const NOW = Date.UTC(2030, 0, 15);
const DAY_MS = 86_400_000;

let newId: () => string;
let continueAfter: (id: string) => void;

/** As a process begins: with no id made. */
beforeEach(async () => {
  jest.resetModules();
  ({ newId, continueAfter } = await import('./new-id.js'));
  jest.useFakeTimers({ now: NOW });
});

afterEach(() => {
  jest.useRealTimers();
});

const timeOf = (id: string): number => parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

function expectInOrder(ids: readonly string[]): void {
  expect(ids.filter((id) => !validate(id) || version(id) !== 7)).toEqual([]);
  expect(ids).toEqual([...new Set(ids)].sort());
}

describe('A new id', () => {
  it('is a version 7 UUID of the present, and sorts after each before it', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => {
      if (index % 100 === 0) jest.advanceTimersByTime(1);
      return newId();
    });
    expectInOrder(ids);
    expect([timeOf(ids[0] ?? ''), timeOf(ids.at(-1) ?? '')]).toEqual([NOW + 1, NOW + 100]);
  });

  it('sorts after each before it although the clock goes back', () => {
    const ids = [newId()];
    jest.setSystemTime(NOW - DAY_MS);
    ids.push(newId(), newId());
    jest.setSystemTime(NOW + 1);
    ids.push(newId());
    expectInOrder(ids);
  });

  it.each([
    ['with a low counter', 0],
    ['with a high counter', 0xffff_fffe],
    ['with the highest counter', 0xffff_ffff],
  ])('sorts after an id of the future %s, and follows the clock again once it has got there', (_, seq) => {
    const future = NOW + 400 * DAY_MS;
    const known = uuidv7({ msecs: future, seq });
    continueAfter(known);
    const ids = [known, ...Array.from({ length: 1000 }, () => newId())];
    jest.setSystemTime(future + 1000);
    ids.push(newId());
    expectInOrder(ids);
    expect(timeOf(ids[1000] ?? '')).toBeLessThanOrEqual(future + 1);
    expect(timeOf(ids[1001] ?? '')).toBe(future + 1000);
  });

  it('is not moved by an older id, by one of another kind, or by one that leaves no room above it', () => {
    for (const id of [uuidv7({ msecs: NOW - 1 }), 'ffffffff-ffff-7fff-bfff-ffffffffffff', 'u', '']) continueAfter(id);
    expect(timeOf(newId())).toBe(NOW);
  });

  it('reads every counter as the library writes it', () => {
    for (let bit = 0; bit < 32; bit++) {
      const seq = 2 ** bit - 1;
      const known = uuidv7({ msecs: NOW + 10 + bit, seq });
      continueAfter(known);
      const next = newId();
      expectInOrder([known, next]);
      expect(next.slice(0, 25)).toBe(
        uuidv7({ msecs: NOW + 10 + bit, seq: seq + 1, random: new Uint8Array(16) }).slice(0, 25),
      );
    }
  });
});
