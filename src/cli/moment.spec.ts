import { readMoment } from './moment.js';
import { relativeTime } from './relative-time.js';

const NOW_MS = Date.parse('2030-01-15T10:30:42Z');

describe('--since takes', () => {
  it.each([
    ['90s', '2030-01-15T10:29:12.000Z'],
    ['30m', '2030-01-15T10:00:42.000Z'],
    ['24h', '2030-01-14T10:30:42.000Z'],
    ['7d', '2030-01-08T10:30:42.000Z'],
    ['2w', '2030-01-01T10:30:42.000Z'],
    ['2030-01-02', '2030-01-02T00:00:00Z'],
    ['2030-01-02T03:04:05+02:00', '2030-01-02T03:04:05+02:00'],
  ])('%s', (text, expected) => {
    expect(readMoment(text, NOW_MS)).toBe(expected);
  });

  it.each(['', '24', '24H', '-1d', '1.5h', 'yesterday', '2030-1-2'])(
    'anything else to the rules of the API: %j',
    (text) => {
      expect(readMoment(text, NOW_MS)).toBe(text);
    },
  );

  it('no age that begins before there was time', () => {
    expect(() => readMoment('999999w', NOW_MS)).toThrow('before 1970');
  });
});

describe('A relative time', () => {
  it.each([
    [-400 * 86_400, '1 y ago'],
    [-86_400, '1 d ago'],
    [-3 * 3600 - 59, '3 h ago'],
    [-60, '1 min ago'],
    [-59, '59 s ago'],
    [0, 'now'],
    [61, 'in 1 min'],
    [30 * 86_400, 'in 30 d'],
  ])('of %d s is "%s"', (seconds, expected) => {
    expect(relativeTime(new Date(NOW_MS + seconds * 1000).toISOString(), NOW_MS)).toBe(expected);
  });
});
