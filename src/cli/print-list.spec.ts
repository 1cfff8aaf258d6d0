import { type Columns, printList, printStream, table } from './print-list.js';
import { type View, widthOf } from './terminal.js';

interface Row {
  readonly name: string;
  readonly note?: string;
}

const COLUMNS: Columns<Row> = [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'NOTE', cell: ({ note }) => note },
];
const NOW_MS = Date.parse('2030-01-15T10:30:42Z');
const PIPE: View = { columns: undefined, hasColors: false, isWide: false, nowMs: NOW_MS };
const TERMINAL: View = { ...PIPE, columns: 80 };

let printed: string;

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

describe('A list that is printed page by page', () => {
  const hidden = '\u202E"\u{E0041}';

  it.each([
    ['no page', []],
    ['an empty page', [[]]],
    ['a page', [[{ name: 'a' }, { name: 'b', note: 'c' }]]],
    ['pages, one of them empty', [[{ name: 'a' }], [], [{ name: hidden, note: '[\n]' }, {}], [{ name: 'é' }]]],
  ] as [string, Row[][]][])('is the JSON of the whole list: %s', async (_, pages) => {
    await printList({ json: true }, pages, COLUMNS);
    const whole = JSON.stringify(pages.flat(), undefined, 2);
    expect(printed).toBe(`${whole.replaceAll('\u202E', '\\u202e').replaceAll('\u{E0041}', '\\udb40\\udc41')}\n`);
    expect(JSON.parse(printed)).toEqual(pages.flat());
  });

  it('is lines of cells and tabs where programs read them, with the headings once, and no cell empty', async () => {
    const pages = [[{ name: 'a', note: 'x' }], [{ name: 'a tab\t', note: 'y' }, { name: '\u202E' }]];
    await printList({}, pages, COLUMNS, PIPE);
    expect(printed).toBe('NAME\tNOTE\na\tx\na tab\uFFFD\ty\n\uFFFD\t-\n');
  });

  it('has its headings without a row where programs read it, and says so on a terminal', async () => {
    await printList({}, [[]], COLUMNS, PIPE);
    await printList({}, [[]], COLUMNS, TERMINAL);
    expect(printed).toBe('NAME\tNOTE\nNothing found.\n');
  });

  it('is one object a line if it does not end', async () => {
    await printStream({ json: true }, [[{ name: '\u202E' }], [], [{ name: 'b' }]], COLUMNS);
    expect(printed).toBe('{"name":"\\u202e"}\n{"name":"b"}\n');
  });

  it('waits for a reader that is slower, so that memory holds one page', async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(false);
    let read = 0;
    function* pages(): Generator<Row[]> {
      for (; read < 10; read++) yield [{ name: 'a' }];
    }
    const printing = printList({ json: true }, pages(), COLUMNS);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(read).toBe(0);
    const drain = setInterval(() => process.stdout.emit('drain'), 1);
    await printing;
    clearInterval(drain);
    expect(read).toBe(10);
  });
});

describe('A table on a terminal', () => {
  const lines = (rows: readonly Row[], view: Partial<View>, columns = COLUMNS): string[] =>
    table(columns, rows, {}, { ...TERMINAL, ...view }).map(({ text }) => text);

  it('has columns as wide as their longest cell, which may be of wide characters', () => {
    const rows = [{ name: '日本', note: 'x' }, { name: 'é', note: 'y' }, { name: 'longer' }];
    expect(lines(rows, {})).toEqual(['NAME    NOTE', '日本    x', 'é       y', 'longer  -']);
  });

  it.each([80, 40, 20, 9])('fits into %d columns, and shortens its widest ones first', (columns) => {
    const rows = [
      { name: 'a', note: 'long words '.repeat(20) },
      { name: 'കേരളം'.repeat(20), note: '日本'.repeat(20) },
    ];
    const shown = lines(rows, { columns });
    expect(shown.map((line) => widthOf(line) <= columns)).toEqual([true, true, true]);
    expect(shown[1]).toMatch(/^a +lo.*…$/);
  });

  it('shows times as they are from now and the ends of ids, and some columns with --wide only', () => {
    const columns: Columns<Row> = [
      { heading: 'AT', cell: () => '2030-01-15T10:27:42Z', kind: 'time' },
      { heading: 'ID', cell: () => '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', kind: 'id' },
      { heading: 'MORE', cell: ({ note }) => note, isWide: true },
    ];
    const rows = [{ name: 'a', note: 'c' }];
    expect(lines(rows, {}, columns)).toEqual(['AT         ID', '3 min ago  …6a8c0b1d']);
    const whole = ['2030-01-15T10:27:42Z', '0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d', 'c'];
    expect(lines(rows, { isWide: true }, columns)[1]).toBe(whole.join('  '));
    expect(lines(rows, { columns: undefined }, columns)[1]).toBe(whole.join('\t'));
  });

  it('has colours only where the view has them, and obeys no text', () => {
    const columns: Columns<Row> = [{ heading: 'NAME', cell: ({ name }) => name, style: () => 'red' }];
    const rows = [{ name: '\u001b[1mx' }];
    expect(lines(rows, {}, columns)).toEqual(['NAME', '\uFFFD[1mx']);
    expect(lines(rows, { hasColors: true }, columns)).toEqual([
      '\u001b[1mNAME\u001b[22m',
      '\u001b[31m\uFFFD[1mx\u001b[39m',
    ]);
  });
});
