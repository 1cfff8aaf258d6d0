import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '../errors/startup-error.js';
import { parseDotEnv, readDotEnv } from './dot-env.js';

const valuesOf = (text: string): Record<string, string> =>
  Object.fromEntries(parseDotEnv(text).map(({ name, value }) => [name, value]));

/** The lines with which a file is refused. */
function complaintsAbout(text: string): string[] {
  try {
    parseDotEnv(text);
  } catch (error) {
    if (error instanceof StartupError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('A .env file', () => {
  it.each([
    ['', {}],
    ['\n# a comment\n   # another\n', {}],
    ['PORT=1', { PORT: '1' }],
    ['PORT=1\r\nHOST=a\r\n', { PORT: '1', HOST: 'a' }],
    ['PORT=1\rHOST=a', { PORT: '1', HOST: 'a' }],
    ['PORT=1\n \t \nHOST=a\n\t\nJWT_TTL=2', { PORT: '1', HOST: 'a', JWT_TTL: '2' }],
    ['export PORT=1\n\texport  HOST = a ', { PORT: '1', HOST: 'a' }],
    ['PORT: 1\nHOST: "a b"', { PORT: '1', HOST: 'a b' }],
    ['PORT=', { PORT: '' }],
    ['PORT= # none', { PORT: '' }],
    ['PORT=1 # the port, "quoted"', { PORT: '1' }],
    [`A="x # y" # z\nB='x#y'\nC=\`it's "x"\``, { A: 'x # y', B: 'x#y', C: `it's "x"` }],
    ['A="two\nlines"\nB=1', { A: 'two\nlines', B: '1' }],
    [`A=it's "so"`, { A: `it's "so"` }],
    ['A=b=c==', { A: 'b=c==' }],
    ['A=1\nA=2', { A: '2' }],
  ])('is read: %j', (text, expected) => {
    expect(complaintsAbout(text)).toEqual([]);
    expect(valuesOf(text)).toEqual(expected);
  });

  it.each([
    ['PORT', 1],
    ['# x\n\nPORT 1', 3],
    ['PORT=1\nHOST:a', 2],
    ['export PORT', 1],
    ['=1', 1],
    ['PASSWORD=pass#word', 1],
    ['PASSWORD=#word', 1],
    ['A=1\nPASSWORD=pass#word # comment', 2],
    ['PASSWORD="pass', 1],
    [`PASSWORD='pass`, 1],
    ['A="1\n2\n3"\nPASSWORD="pass" word', 4],
    ['PASSWORD="pass\\"word"', 1],
    ['{"PORT": 1}', 1],
    ['__proto__=1', 1],
  ])('is refused with the line that is not understood, and without what it holds: %j', (text, line) => {
    const complaints = complaintsAbout(text);
    expect(complaints).toEqual([expect.stringMatching(new RegExp(`^\\.env, line ${line}: `))]);
    expect(complaints.join()).not.toMatch(/pass|word/);
  });

  it('is refused with a line for each', () => {
    expect(complaintsAbout('PORT\nHOST=a\nA=b#c')).toEqual([
      '.env, line 1: is neither NAME=value nor a comment',
      '.env, line 3: a value that holds a # must be quoted',
    ]);
  });
});

describe('A .env that is no text', () => {
  const before = process.cwd();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'personas-dot-env-'));
    process.chdir(folder);
  });

  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it.each<[string, () => void, RegExp]>([
    [
      'in another encoding',
      () => {
        writeFileSync('.env', Buffer.from('\ufeffPORT=0\n', 'utf16le'));
      },
      /^\.env is not UTF-8 text[^\n]*$/,
    ],
    [
      'a folder',
      () => {
        mkdirSync('.env');
      },
      /^\.env cannot be read \(it is a folder\)$/,
    ],
    [
      'a link to itself',
      () => {
        symlinkSync('.env', '.env');
      },
      /^\.env cannot be read \(ELOOP\)$/,
    ],
  ])('is refused in one line: %s', (_, make, line) => {
    make();
    expect(readDotEnv).toThrow(StartupError);
    expect(readDotEnv).toThrow(line);
  });
});
