import { shortId, wholeId } from './short-id.js';

const IDS = ['0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1e'];

describe('A short id', () => {
  it.each([(id: string) => shortId(id), (id: string) => id.slice(-8).toUpperCase(), (id: string) => id])(
    'and other forms of an id mean it, among others of the same time',
    (form) => {
      for (const id of IDS) expect(wholeId(form(id), IDS)).toBe(id);
    },
  );

  it('that is the end of several is refused, and of none stays as it is', () => {
    expect(() => wholeId('…6a8c0b1d', [IDS[0] ?? '', `1${IDS[0]?.slice(1)}`])).toThrow('Several ids end in 6a8c0b1d');
    expect(wholeId('00000000', IDS)).toBe('00000000');
  });
});
