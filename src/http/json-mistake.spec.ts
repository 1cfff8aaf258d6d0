import { toEnglish } from '../i18n/message.js';
import { mistakeIn } from './json-mistake.js';

describe('A mistake in JSON is named by its place', () => {
  it.each([
    ['{"a":1,}', 'a comma must not be followed by a closing bracket, at line 1, column 8'],
    ['[1,2, ]', 'a comma must not be followed by a closing bracket, at line 1, column 7'],
    ["{'a':1}", 'names and strings must be in double quotes, at line 1, column 2'],
    ['{"a":‘b’}', 'names and strings must be in double quotes, at line 1, column 6'],
    ['{\n  "a": 1\n  "b": 2\n}', 'the mistake is at line 3, column 3'],
    ['nonsense', 'the mistake is at line 1, column 1'],
    ['{a:1}', 'the mistake is at line 1, column 2'],
    ['{"a" 1}', 'the mistake is at line 1, column 6'],
    ['{"a":1}{"a":1}', 'the mistake is at line 1, column 8'],
    ['{"a":tru}', 'the mistake is at line 1, column 6'],
    ['{"a":TRUE}', 'the mistake is at line 1, column 6'],
    ['{"a":01}', 'the mistake is at line 1, column 6'],
    ['{"a":1]', 'the mistake is at line 1, column 7'],
    ['{"a":"tab\there"}', 'the mistake is at line 1, column 6'],
    ['{"a":"\\x"}', 'the mistake is at line 1, column 6'],
    ['// hello\n{}', 'the mistake is at line 1, column 1'],
    ['\ufeff', 'the mistake is at line 1, column 1'],
    ['{"a":', 'it ends before it is complete'],
    ['{"a":1', 'it ends before it is complete'],
    ['{"a":1,', 'it ends before it is complete'],
    ['{', 'it ends before it is complete'],
    [' \n', 'it ends before it is complete'],
    ['{"a":"b', 'it ends before it is complete'],
    ['{"a":"b\\', 'it ends before it is complete'],
    ['[[[', 'it ends before it is complete'],
  ])('%j', (text, words) => {
    expect(textOf(text)).toBe(`The body is not valid JSON: ${words}.`);
  });

  it('in every text that the parser refuses, and in no other', () => {
    const text = '{"a":[1,-2.5e3,true,null,{"b":"\\u00e4"}],"c":{"d":[]}, "e":{}}';
    for (let at = 0; at <= text.length; at++) {
      for (const changed of [
        text.slice(0, at),
        ...['#', '"', ',', ']', '}', ' ', '1'].map((one) => replaced(text, at, one)),
      ]) {
        expect([changed, mistakeIn(changed) === undefined]).toEqual([changed, isJson(changed)]);
      }
    }
  });
});

function textOf(json: string): string | undefined {
  const mistake = mistakeIn(json);
  return mistake && toEnglish(mistake);
}

function replaced(text: string, at: number, one: string): string {
  return text.slice(0, at) + one + text.slice(at + 1);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
