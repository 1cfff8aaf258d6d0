import { Signal } from './signal.js';

describe('A signal', () => {
  test('reaches each watcher until its watching ends', () => {
    const signal = new Signal<{ readonly number: number }>('personas:test-watching');
    const seen: number[] = [];
    const end = signal.watch(({ number }) => seen.push(number));
    signal.send({ number: 1 });
    end();
    signal.send({ number: 2 });
    expect(seen).toEqual([1]);
  });

  test('tells whether somebody watches', () => {
    const signal = new Signal<object>('personas:test-watched');
    expect(signal.isWatched).toBe(false);
    const end = signal.watch(() => undefined);
    expect(signal.isWatched).toBe(true);
    end();
    expect(signal.isWatched).toBe(false);
  });
});
