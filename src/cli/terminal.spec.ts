import { WriteStream } from 'node:tty';
import { shortened, viewOf, widthOf } from './terminal.js';

/** A stream as Node makes one for a terminal; without `columns`, for a pipe. */
function stream(columns?: number): NodeJS.WriteStream {
  return Object.assign(Object.create(WriteStream.prototype) as WriteStream, { isTTY: columns !== undefined, columns });
}

describe('The view of a stream', () => {
  const { env } = process;

  beforeEach(() => {
    process.env = { TERM: 'xterm-256color' };
  });
  afterEach(() => {
    process.env = env;
  });

  it.each([
    ['a terminal has colours and a width', {}, 120, { columns: 120, hasColors: true }],
    ['one that tells no width has 80 columns', {}, 0, { columns: 80, hasColors: true }],
    ['NO_COLOR takes the colours', { NO_COLOR: '1' }, 80, { columns: 80, hasColors: false }],
    ['a dumb terminal has none', { TERM: 'dumb' }, 80, { columns: 80, hasColors: false }],
    ['a pipe has neither, whatever the variables say', { FORCE_COLOR: '1' }, undefined, { hasColors: false }],
  ])('%s', (_, variables, columns, expected) => {
    Object.assign(process.env, variables);
    const { columns: width, hasColors } = viewOf(stream(columns));
    expect({ columns: width, hasColors }).toEqual({ columns: undefined, ...expected });
  });
});

describe('A text that is shortened', () => {
  it.each([
    ['fits', 'abcdef', 6, 'abcdef'],
    ['ends in a sign', 'abcdefg', 6, 'abcde…'],
    ['counts wide characters as two', '日本語日本語', 6, '日本…'],
    ['is not cut inside of a character that is two units', '𠀀𠀀𠀀', 4, '𠀀…'],
    ['keeps accents with their letter', 'e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['can be one cell', 'abc', 1, '…'],
    ['can be none', 'abc', 0, ''],
  ])('%s', (_, text, cells, expected) => {
    expect(shortened(text, cells)).toBe(expected);
    expect(widthOf(expected)).toBeLessThanOrEqual(cells);
  });
});
