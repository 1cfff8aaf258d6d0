import { readSnapshot } from './snapshot.js';

describe('The text of a snapshot', () => {
  it.each([
    ['10:20:', { xmax: 20n, inProgress: [] }],
    ['10:20:10', { xmax: 20n, inProgress: [10n] }],
    ['10:20:10,14,19', { xmax: 20n, inProgress: [10n, 14n, 19n] }],
    // Beyond the numbers that JavaScript tells apart.
    [
      '9007199254740993:9007199254740995:9007199254740993',
      { xmax: 9007199254740995n, inProgress: [9007199254740993n] },
    ],
  ])('%s', (text, expected) => {
    expect(readSnapshot(text)).toEqual(expected);
  });

  it.each(['', '10:20', '10:20:,', '10:20:1,', 'a:b:c', '10:20:10 '])('%j is none', (text) => {
    expect(() => readSnapshot(text)).toThrow(TypeError);
  });
});
