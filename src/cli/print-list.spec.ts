import { printList, table, type Columns } from './print-list.js';

interface Row {
  readonly name: string;
  readonly note?: string;
}

const COLUMNS: Columns<Row> = { headings: ['NAME', 'NOTE'], cells: ({ name, note = '' }) => [name, note] };

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

  it('is a table with its headings once, whose columns are as wide as the longest cell so far', async () => {
    await printList({}, [[{ name: 'a', note: 'x' }], [{ name: 'longer', note: 'y' }, { name: '\u202E' }]], COLUMNS);
    const lines = ['NAME  NOTE', 'a     x', 'longer  y', '\uFFFD       -'];
    expect(printed.split('\n')).toEqual([...lines, '']);
  });

  it('has its headings without a row', async () => {
    await printList({}, [[]], COLUMNS);
    expect(printed).toBe('NAME  NOTE\n');
    expect(table(COLUMNS, [])).toEqual(['NAME  NOTE']);
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
