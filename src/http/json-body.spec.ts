import { fieldGivenTwice, saysUtf8 } from './json-body.js';

describe('A duplicate field', () => {
  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"b":2,"a":null}', 'a'],
    ['{"a":{"b":1,"b":2}}', 'a.b'],
    ['{"c":{"d":1},"a":{"b":1,"b":2}}', 'a.b'],
    ['{"a":{"a":1},"a":1}', 'a'],
    ['[{"a":1},{"a":1,"a":2}]', 'a'],
    ['{"a":[[{"b":{}}],{"b":1,"c":2,"b":3}]}', 'a.b'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\"":1,"\\"":2}', '"'],
    ['{"a\\\\":1,"a\\\\" :2}', 'a\\'],
    ['{"":1,"":2}', ''],
    ['{"😀":1,"\\ud83d\\ude00":2}', '😀'],
    [' {\n"a"\t: 1 ,\r"a"\n:\n2 } ', 'a'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"}","a":"{"}', 'a'],
  ])('is found in %s', (json, field) => {
    JSON.parse(json);
    expect(fieldGivenTwice(json)).toBe(field);
  });

  it.each([
    '{}',
    '[]',
    'null',
    '"a"',
    '{"a":1,"A":1}',
    '{"a":{"a":{"a":1}}}',
    '{"a":{"b":1},"c":{"b":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"]}',
    '{"a":"\\"a\\":1,","b":"{\\"a\\":1"}',
    '{"a":"x\\\\","b":"a\\":"}',
    '{"a" : "b" , "b":"a"}',
    '{"toString":1,"constructor":2,"hasOwnProperty":3}',
  ])('is not in %s', (json) => {
    JSON.parse(json);
    expect(fieldGivenTwice(json)).toBeUndefined();
  });

  it('is found at the deepest nesting that a body can have', () => {
    const depth = 2600;
    expect(fieldGivenTwice(`${'{"a":'.repeat(depth)}{"b":1,"b":2}${'}'.repeat(depth)}`)).toMatch(/^(a\.)+b$/);
    expect(fieldGivenTwice(`${'['.repeat(8000)}${']'.repeat(8000)}`)).toBeUndefined();
  });
});

describe('A media type', () => {
  it.each([
    'application/json',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json ; CHARSET="Utf-8"',
    'application/json; charset=utf8; profile=x',
    'application/json; profile="charset=latin1"',
    'application/json; charset=',
  ])('says UTF-8: %s', (type) => {
    expect(saysUtf8(type)).toBe(true);
  });

  it.each([
    'application/json; charset=iso-8859-1',
    'application/json; charset="windows-1252"',
    'application/json; charset=utf-16',
    'application/json; charset=utf-16le',
    'application/json; charset=utf-32',
    'application/json; charset=utf-7',
    'application/json; charset=""',
    'application/json; charset=nonsense',
    'nonsense',
    '',
  ])('says something else: %s', (type) => {
    expect(saysUtf8(type)).toBe(false);
  });
});
