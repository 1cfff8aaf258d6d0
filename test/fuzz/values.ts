import fc, { type Arbitrary } from 'fast-check';

/** What a value stands for. It is chosen when it is sent, from what there is by then. */
export type Meaning =
  | 'username'
  | 'email'
  | 'user-key'
  | 'password'
  | 'new-password'
  | 'otp'
  | 'session'
  | 'auth-header'
  | 'auth-header-id'
  | 'factor'
  | 'credential'
  | 'challenge'
  | 'enrolment'
  | 'client-id'
  | 'client-secret'
  | 'new-username'
  | 'new-email'
  | 'new-name'
  | 'cursor'
  | 'network'
  | 'compromised'
  | 'moment';

/** A value of a request that is known only when it is sent. */
export class Reference {
  /** @param pick which of the candidates: 0 is the one that fits best, so that fast-check shrinks towards it */
  constructor(
    readonly meaning: Meaning,
    readonly pick: number,
  ) {}
}

/** JSON as it is to be written, such as `1e400`, which no value is written as. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** A value with references in it. */
export type Template =
  string | number | boolean | null | Reference | RawJson | Template[] | { [name: string]: Template };

export const reference = (meaning: Meaning): Arbitrary<Template> =>
  fc.nat(99).map((pick) => new Reference(meaning, pick));

/** Text that no database, no header or no encoding can hold. */
const IMPOSSIBLE_TEXTS = ['\u0000', 'a\u0000b', '\ud800', 'a\udfffb'];

/** Text that servers have mistaken for something else. */
const ODD_TEXTS = [
  '',
  ' ',
  '\ufeffa',
  '\u202egnp.exe',
  'e\u0301',
  '\u00e9',
  'İ',
  'ß',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\u{10ffff}',
  '\uffff',
  'a\r\nSet-Cookie: b=c',
  "' OR 1=1--",
  '"; DROP TABLE "user"; --',
  '%00',
  '%_',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '0x10',
  '1e999',
  'true',
  '[object Object]',
  'ep_Ab12…9xYz',
  'a.b.c',
  '00000000-0000-0000-0000-000000000000',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00.001Z',
  '2023-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
];

const RAW_JSON = ['1e400', '-0', '0.1', '1E+2', '9007199254740993', '-1e-400', '123456789012345678901234567890'];

export const oddText: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...IMPOSSIBLE_TEXTS) },
  { weight: 6, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  // Around the limits that the document names, and those of what is behind: 72 bytes of bcrypt, 255 of many columns.
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(64, 72, 100, 200, 254, 256, 1000, 4096, 15_000), fc.integer({ min: -1, max: 1 }))
      .chain(([length, more]) =>
        fc.constantFrom('a', '\u00e9', '\u{1f600}').map((letter) => letter.repeat(length + more)),
      ),
  },
);

const nested = (depth: number, close: string): string =>
  (close === ']' ? '[' : '{"a":').repeat(depth) + '1' + close.repeat(depth);

/** Any JSON, to stand where something else is expected. */
export const oddValue: Arbitrary<Template> = fc.oneof(
  { weight: 8, arbitrary: oddText },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Template>(null, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308),
  },
  { weight: 1, arbitrary: fc.constantFrom(...RAW_JSON).map((text) => new RawJson(text)) },
  { weight: 1, arbitrary: fc.constantFrom<Template>([], {}, [null], [[]], { length: 1 }, ['a', 'a'], { '': '' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(2, 40, 1000, 5000), fc.constantFrom(']', '}'))
      .map(([depth, close]) => new RawJson(nested(depth, close))),
  },
  { weight: 1, arbitrary: fc.constant(new RawJson('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}')) },
);

/** JSON of a value that has no more references. Lone surrogates are escaped. */
export function stringify(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${stringify(field)}`);
  return `{${fields.join(',')}}`;
}
